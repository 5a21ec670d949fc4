/**
 * What template languages and build tools leave in the place of an image (contract §3, C22): a manifest that holds one is
 * not what will be applied. Only manifests may hold them. What an API server was given is final.
 */

/** Helm, Go templates with other delimiters, Jinja, shell, Kubernetes `$(NAME)` (which is expanded in commands, not in images), Concourse, Windows, Maven. */
const delimited =
  /\{\{.*?(?:\}\}|$)|\[\[.*?(?:\]\]|$)|\{%.*?(?:%\}|$)|\$\{[^}]*\}?|\$\([^)]*\)?|\$[A-Za-z_]\w*|\(\(.*?(?:\)\)|$)|<[^<>]+>|\{[^{}]+\}|%[A-Za-z_]\w*%|@[A-Z_]+@/s;

/** What Go templates and their tools print for a value that is missing: rendered, and wrong. */
const unset = /%!\w?\([^)]*\)|<(?:no value|nil|null|none|undefined)>/i;

export function unsetValueIn(text: string): string | undefined {
  return unset.exec(text)?.[0];
}

/** Whatever the rest of the text is: delimiters of template languages belong to no image name. */
export function delimitedPlaceholderIn(text: string): string | undefined {
  return delimited.exec(text)?.[0];
}

/** What SOPS leaves of a value. */
const encrypted = /^ENC\[[A-Z\d_]+,.*/s;

/** `__X__`; a name in a path has lower-case letters between its underscores, and a tag like this was never pushed. */
const underscored = /(?<![A-Za-z\d_])__[A-Z][A-Z\d_]*?__(?![A-Za-z\d_])/;

/**
 * `IMAGE`, `gcr.io/PROJECT_ID/app`: a component of a path that is such a word in capitals, or several joined by `_`. No
 * repository can have it, but `ghcr.io/ACME/app` is what somebody wrote for `ghcr.io/acme/app`.
 */
const pathWord =
  /^(?:[A-Z\d]+(?:_[A-Z\d]+)+|(?:[A-Z\d]+[-.])*(?:IMAGE|IMG|NAME|PROJECT|REGISTRY|REPOSITORY|REPO|ACCOUNT|USER|USERNAME|OWNER|ORG|NAMESPACE|HOST|DOMAIN|PLACEHOLDER|TODO|REPLACE|CHANGEME|ME|YOUR|TAG|VERSION)(?:[-.][A-Z\d]+)*)$/;

/** Words that stand for a tag; others in capitals (`LATEST`, `GA`, `SNAPSHOT`) are tags that exist. */
const tagWord =
  /^(?:[A-Z\d]+[_-])*(?:TAG|VERSION|IMAGE|SHA|DIGEST|COMMIT|PLACEHOLDER|TODO|REPLACE|CHANGEME|ME|YOUR)(?:[_-][A-Z]+)*$/;

/** The placeholder in an image as a manifest has it. */
export function placeholderIn(image: string): string | undefined {
  if (unsetValueIn(image) !== undefined) return undefined;
  // ko and other builders replace the whole of it by what they have pushed.
  const whole = /^ko:\/\/.+$/s.exec(image)?.[0] ?? (encrypted.test(image) ? 'ENC[…]' : undefined);
  return whole ?? delimitedPlaceholderIn(image) ?? underscored.exec(image)?.[0] ?? wordIn(image);
}

function wordIn(image: string): string | undefined {
  const [name = ''] = image.split('@', 1);
  const slash = name.lastIndexOf('/');
  const colon = name.indexOf(':', slash + 1);
  const path = (colon === -1 ? name : name.slice(0, colon)).split('/');
  // A host may be written in capitals, and has a dot then.
  const isHost = (component: string, index: number) => index === 0 && path.length > 1 && /[.:]/.test(component);
  const inPath = path.find((component, index) => pathWord.test(component) && !isHost(component, index));
  if (inPath !== undefined) return inPath;
  const tag = colon === -1 ? '' : name.slice(colon + 1);
  return tagWord.test(tag) ? tag : undefined;
}
