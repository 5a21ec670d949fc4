import type { Spotted } from './slip-kind.ts';

/** The address of a page about an image, with or without scheme. None of these hosts or paths serves images. */
export function webPageRepair(text: string): Spotted | undefined {
  const address = text.replace(/^https?:\/\//i, '');
  for (const [pattern, image] of pages) {
    const match = pattern.exec(address);
    if (match === null) continue;
    const [page, first = '', second = '', rest = ''] = match;
    return { slip: { kind: 'web-page', site: page.slice(0, page.indexOf('/')) }, repaired: image(first, second, rest) };
  }
  return undefined;
}

type Page = readonly [pattern: RegExp, image: (first: string, second: string, rest: string) => string];

/** Each ends with the tag or digest that was written behind it. */
const pages: readonly Page[] = [
  [/^hub\.docker\.com\/_\/([\w.-]+)()([:@][\w:.-]*)?/, (name, _, rest) => `docker.io/library/${name}${rest}`],
  [
    /^hub\.docker\.com\/(?:r\/|repository\/docker\/)?([\w.-]+)\/([\w.-]+)([:@][\w:.-]*)?/,
    (org, name, rest) => `docker.io/${org}/${name}${rest}`,
  ],
  [/^quay\.io\/repository\/([\w.-]+)\/([\w.-]+)([:@][\w:.-]*)?/, (org, name, rest) => `quay.io/${org}/${name}${rest}`],
  [
    /^github\.com\/(?:orgs\/)?([\w.-]+)\/(?:[\w.-]+\/)?(?:pkgs|packages)\/container\/(?:package\/)?([\w.-]+)([:@][\w:.-]*)?/,
    (org, name, rest) => `ghcr.io/${org}/${name}${rest}`,
  ],
  [/^github\.com\/([\w.-]+)\/([\w.-]+)([:@][\w:.-]*)?$/, (org, name, rest) => `ghcr.io/${org}/${name}${rest}`],
  [
    /^gitlab\.com\/([\w.-]+)\/([\w./-]+)([:@][\w:.-]*)?$/,
    (group, name, rest) => `registry.gitlab.com/${group}/${name}${rest}`,
  ],
];
