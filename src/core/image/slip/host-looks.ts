/**
 * Whether a name without a slash was meant as a host. It need not be one: names of images may hold dots, and a wrong guess
 * annoys where a missed one only costs a hint. So only names that end as hosts do, and none that could be a file, a
 * library (`socket.io`, `node.js`) or a Java package (`com.acme.shop`).
 */
const endings: ReadonlySet<string> = new Set(
  'com net org io dev cloud local internal lan corp intranet svc localdomain'.split(' '),
);
const countries: ReadonlySet<string> = new Set(
  'ar at au be br ca ch cl cn co cz de dk es eu fi fr gr hk hu ie il in it jp kr mx nl no nz pl pt ro ru se sg th tr tw ua uk us vn za'.split(
    ' ',
  ),
);
/** Registries of two labels: others, like `example.com`, could be anything. */
const registries: ReadonlySet<string> = new Set(
  'docker.io ghcr.io gcr.io quay.io icr.io nvcr.io lscr.io cgr.dev'.split(' '),
);

/** A host name where a port follows it. */
export function isHostName(name: string): boolean {
  const labels = name.split('.');
  const last = labels.at(-1) ?? '';
  if (labels.length < 2 || isPackage(labels)) return false;
  return endings.has(last) || (labels.length > 2 && countries.has(last));
}

/** A host name with nothing behind it. */
export function isRegistryHost(name: string): boolean {
  return registries.has(name) || (name.split('.').length > 2 && isHostName(name));
}

export function isIpv4(name: string): boolean {
  const numbers = name.split('.');
  return numbers.length === 4 && numbers.every((number) => /^[0-9]{1,3}$/.test(number) && Number(number) < 256);
}

/** A tag that is more likely a port: `80`, `443` and four or five digits, but no year. */
export function isPortLike(tag: string): boolean {
  return /^(?:80|443|[1-9][0-9]{3,4})$/.test(tag) && Number(tag) < 65_536 && !/^(?:19|20)[0-9]{2}$/.test(tag);
}

function isPackage(labels: readonly string[]): boolean {
  return labels.length > 2 && /^(?:com|org|net|io)$/.test(labels.at(0) ?? '');
}
