import { UsageError } from '../../cli/command.ts';

export type ListenAddress = { readonly host: string; readonly port: number };

/**
 * `ADDR:PORT`, `:PORT` for every address, `[ADDR]:PORT` for IPv6; port 0 is any free one.
 * @throws UsageError
 */
export function parseListenAddress(flag: string, text: string): ListenAddress {
  const [, ipv6, name, digits] = /^(?:\[([0-9A-Fa-f:.]+)\]|([^:[\]]*)):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (digits === undefined || port > 65_535)
    throw new UsageError(
      `pullgate serve: --${flag} ${JSON.stringify(text)} is not ADDR:PORT, such as 127.0.0.1:8443 or :8443`,
    );
  return { host: ipv6 ?? (name === '' || name === undefined ? '::' : name), port };
}

/** With the address that it is bound to: `[::]` is every address of the machine. */
export function urlOfListener(
  scheme: 'http' | 'https',
  { address, port }: { readonly address: string; readonly port: number },
): string {
  return `${scheme}://${address.includes(':') ? `[${address}]` : address}:${port}`;
}
