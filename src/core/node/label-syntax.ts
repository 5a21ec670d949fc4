/** A prefix of 253 characters, a slash, a name of 63. */
const longestKey = 253 + 1 + 63;
const longestName = 63;
const longestPrefix = 253;

/** A label key: a name, with a DNS subdomain before it or without (apimachinery content.IsLabelKey). */
export function isLabelKey(text: string): boolean {
  if (text.length > longestKey) return false;
  const parts = text.split('/');
  const name = parts.at(-1) ?? '';
  if (!isLabelName(name)) return false;
  return parts.length === 1 || (parts.length === 2 && isSubdomain(parts[0] ?? ''));
}

/** A label value: empty, or written like the name of a key (apimachinery content.IsLabelValue). */
export function isLabelValue(text: string): boolean {
  return text === '' || isLabelName(text);
}

function isLabelName(text: string): boolean {
  return text.length <= longestName && /^[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$/.test(text);
}

function isSubdomain(text: string): boolean {
  return (
    text.length <= longestPrefix && text.split('.').every((label) => /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/.test(label))
  );
}
