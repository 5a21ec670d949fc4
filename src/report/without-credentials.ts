/**
 * An image as written, without what people put before an `@` as in a URL: `https://user:password@registry.example.com/app`.
 * No valid reference has a user; its only `@` comes before a digest.
 */
export function withoutCredentials(image: string): string {
  const digest = /@[A-Za-z][A-Za-z\d+._-]*:[\dA-Fa-f]{32,}$/.exec(image)?.[0] ?? '';
  const name = image.slice(0, image.length - digest.length);
  const scheme = /^[A-Za-z][A-Za-z\d+.-]*:\/\//.exec(name)?.[0] ?? '';
  const end = name.lastIndexOf('@');
  if (end < scheme.length) return image;
  const isCredential = scheme !== '' || name.slice(0, end).includes(':');
  return isCredential ? `${scheme}REDACTED@${name.slice(end + 1)}${digest}` : image;
}
