/**
 * The grammar of distribution/reference v0.6.0 (regexp.go), as predicates over whole parts of a normalized reference.
 * Written without nested repetition: each predicate takes time linear in its text, whatever the text is.
 */

export type ReferenceParts = {
  /** Domain and path together: what containerd splits at the first slash. */
  readonly name: string;
  /** What the limit of 255 characters is about: without the domain, unless the first part cannot be one. */
  readonly path: string;
  readonly tag?: string;
  /** Has the form of a digest; algorithm and length are not judged yet. */
  readonly digest?: string;
};

/** Splits `domain/path[:tag][@digest]`, undefined if the text has not this form. There must be a slash. */
export function splitReference(text: string): ReferenceParts | undefined {
  const slash = text.indexOf('/');
  // A host may hold colons, and neither tag nor digest may hold a slash: the name ends behind the first slash.
  const [nameEnd, tagEnd] = endsOfNameAndTag(text, slash);
  const name = text.slice(0, nameEnd);
  const tag = nameEnd === tagEnd ? undefined : text.slice(nameEnd + 1, tagEnd);
  const digest = tagEnd === text.length ? undefined : text.slice(tagEnd + 1);
  if (tag !== undefined && !isTag(tag)) return undefined;
  if (digest !== undefined && !hasDigestForm(digest)) return undefined;
  const path = pathOf(name, slash);
  if (path === undefined) return undefined;
  return { name, path, ...(tag === undefined ? {} : { tag }), ...(digest === undefined ? {} : { digest }) };
}

function endsOfNameAndTag(text: string, slash: number): readonly [nameEnd: number, tagEnd: number] {
  const at = text.indexOf('@', slash);
  const tagEnd = at === -1 ? text.length : at;
  const colon = text.indexOf(':', slash);
  return [colon === -1 || colon > tagEnd ? tagEnd : colon, tagEnd];
}

/** `ex_ample.com/app` has no domain that the grammar knows: the first part then counts as path, and towards its length. */
function pathOf(name: string, slash: number): string | undefined {
  if (isDomain(name.slice(0, slash))) {
    const path = name.slice(slash + 1);
    return isPath(path) ? path : undefined;
  }
  return isPath(name) ? name : undefined;
}

/** `host[:port]`; the port is any number of digits. Upper case is allowed, an underscore is not. */
export function isDomain(text: string): boolean {
  const hostEnd = text.startsWith('[') ? text.indexOf(']') + 1 : text.indexOf(':');
  const host = hostEnd === -1 ? text : text.slice(0, hostEnd);
  const port = hostEnd === -1 ? '' : text.slice(hostEnd);
  return (isDnsName(host) || isBracketed(host)) && (port === '' || /^:[0-9]+$/.test(port));
}

function isDnsName(host: string): boolean {
  return host
    .split('.')
    .every((label) => /^[a-zA-Z0-9-]+$/.test(label) && !label.startsWith('-') && !label.endsWith('-'));
}

/** The grammar takes any digits and colons for an address; containerd looks closer. */
function isBracketed(host: string): boolean {
  return /^\[[0-9a-fA-F:]+\]$/.test(host);
}

export function isPath(text: string): boolean {
  return text.split('/').every(isPathComponent);
}

/** Runs of lower-case letters and digits, joined by one of the separators; what lies between the runs tells. */
export function isPathComponent(component: string): boolean {
  if (/^[a-z0-9]+$/.test(component)) return true;
  const between = component.split(/[a-z0-9]+/);
  return between.length > 1 && between.at(0) === '' && between.at(-1) === '' && between.slice(1, -1).every(isSeparator);
}

function isSeparator(text: string): boolean {
  return text === '.' || text === '_' || text === '__' || /^-+$/.test(text);
}

export function isTag(text: string): boolean {
  return /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/.test(text);
}

/** Any algorithm, at least 32 hexadecimal digits of either case. */
function hasDigestForm(text: string): boolean {
  const colon = text.indexOf(':');
  if (colon === -1) return false;
  const algorithm = text.slice(0, colon);
  const encoded = text.slice(colon + 1);
  return (
    algorithm.split(/[-_+.]/).every((part) => /^[A-Za-z][A-Za-z0-9]*$/.test(part)) &&
    encoded.length >= 32 &&
    /^[0-9a-fA-F]+$/.test(encoded)
  );
}
