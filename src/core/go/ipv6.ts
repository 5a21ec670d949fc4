import { quoteGo } from './quote.ts';

/**
 * What Go's netip.ParseAddr says against an IPv6 address, undefined if it is one. Only for texts of hexadecimal digits and
 * colons: zones and embedded IPv4 addresses, which Go accepts, do not get past the grammar of image references.
 */
export function ipv6Fault(address: string): string | undefined {
  const fault = address.includes(':') ? faultIn(address) : { message: 'unable to parse IP', at: '' };
  if (fault === undefined) return undefined;
  const at = fault.at === '' ? '' : ` (at ${quoteGo(fault.at)})`;
  return `ParseAddr(${quoteGo(address)}): ${fault.message}${at}`;
}

type Fault = { readonly message: string; readonly at: string };

function faultIn(address: string): Fault | undefined {
  if (address === '::') return undefined;
  let hasEllipsis = address.startsWith('::');
  let rest = hasEllipsis ? address.slice(2) : address;
  let groups = 0;
  while (groups < 8) {
    const digits = /^[0-9a-fA-F]{0,5}/.exec(rest)?.[0].length ?? 0;
    if (digits > 4) return { message: 'each group must have 4 or less digits', at: rest };
    if (digits === 0) return { message: 'each colon-separated field must have at least one digit', at: rest };
    groups += 1;
    rest = rest.slice(digits);
    if (rest === '') break;
    if (rest === ':') return { message: 'colon must be followed by more characters', at: rest };
    rest = rest.slice(1);
    if (!rest.startsWith(':')) continue;
    if (hasEllipsis) return { message: 'multiple :: in address', at: rest };
    hasEllipsis = true;
    rest = rest.slice(1);
    if (rest === '') break;
  }
  if (rest !== '') return { message: 'trailing garbage after address', at: rest };
  if (groups < 8 && !hasEllipsis) return { message: 'address string too short', at: '' };
  if (groups === 8 && hasEllipsis) return { message: 'the :: must expand to at least one field of zeros', at: '' };
  return undefined;
}
