/**
 * A network address taken apart as Go's `net.SplitHostPort` does: brackets around an IPv6 address are dropped, and
 * without a port there is no answer. The port may be empty.
 */
export function splitHostPort(address: string): { readonly host: string; readonly port: string } | undefined {
  const colon = address.lastIndexOf(':');
  if (colon < 0) return undefined;
  const bracketed = address.startsWith('[');
  if (bracketed && address.indexOf(']') !== colon - 1) return undefined;
  const host = bracketed ? address.slice(1, colon - 1) : address.slice(0, colon);
  const port = address.slice(colon + 1);
  const stray = bracketed ? /[[\]]/ : /[[\]:]/;
  return stray.test(host) || /[[\]]/.test(port) ? undefined : { host, port };
}
