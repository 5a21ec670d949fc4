import { readFile } from 'node:fs/promises';
import { parseIp } from '../../core/go/ip-address.ts';
import type { Clock } from './send.ts';

/** Names in lower case -> their addresses in the order of the file. */
export type EtcHosts = ReadonlyMap<string, readonly string[]>;

const rereadAfterMs = 5000;

/** The file is read again when it was last read a while ago; one that cannot be read lists nobody. */
export function openEtcHosts(path: string, clock: Clock): () => Promise<EtcHosts> {
  let last: { readonly hosts: Promise<EtcHosts>; readonly readAtMs: number } | undefined;
  return () => {
    const nowMs = clock.nowMs();
    if (last === undefined || nowMs - last.readAtMs >= rereadAfterMs)
      last = { hosts: readFile(path, 'utf8').then(parseEtcHosts, () => new Map()), readAtMs: nowMs };
    return last.hosts;
  };
}

/** hosts(5). Addresses with a zone are left out: nothing that they reach may be asked. */
function parseEtcHosts(text: string): EtcHosts {
  const hosts = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const [address = '', ...names] = (line.split('#', 1)[0] ?? '').split(/[ \t\r]+/).filter((word) => word !== '');
    if (parseIp(address) === undefined) continue;
    for (const name of names.map((written) => written.toLowerCase().replace(/\.$/, ''))) {
      const addresses = hosts.get(name) ?? [];
      if (!addresses.includes(address)) addresses.push(address);
      hosts.set(name, addresses);
    }
  }
  return hosts;
}
