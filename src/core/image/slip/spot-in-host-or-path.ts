import { isDomain, isPathComponent } from '../grammar.ts';
import type { Spotted } from './slip-kind.ts';
import { joined, type WrittenParts } from './written-parts.ts';

export function spotInHostOrPath(parts: WrittenParts): Spotted | undefined {
  const { host } = parts;
  if (host !== undefined) return spotInHost(parts, host) ?? spotInPath(parts);
  const whole = joined(parts);
  return whole.startsWith('[') && isDomain(whole)
    ? { slip: { kind: 'host-without-path', host: whole } }
    : spotInPath(parts);
}

function spotInHost(parts: WrittenParts, host: string): Spotted | undefined {
  if (isDomain(host)) return parts.path === '' ? { slip: { kind: 'host-without-path', host } } : undefined;
  if (/^[0-9a-f]*:[0-9a-f:]*:[0-9a-f]*$/i.test(host))
    return { slip: { kind: 'ipv6-without-brackets' }, repaired: joined({ ...parts, host: `[${host}]` }) };
  // Without a port the grammar takes a host with an underscore for a part of the path.
  if (isPathComponent(host)) return undefined;
  if (host.includes('_')) return { slip: { kind: 'host-with-underscore', host } };
  const port = /^[^:[\]]*:(.*)$/s.exec(host)?.[1];
  if (port !== undefined && !/^[0-9]+$/.test(port)) return { slip: { kind: 'port-not-a-number', port } };
  return { slip: { kind: 'not-a-host', host }, repaired: joined({ ...parts, host: withoutRootDot(host) }) };
}

/** `registry.example.com.` is the same host for DNS, but none for the grammar. */
function withoutRootDot(host: string): string {
  return host.replace(/\.(?=$|:)/, '');
}

function spotInPath(parts: WrittenParts): Spotted | undefined {
  const { path } = parts;
  if (path === '') return { slip: { kind: 'empty-name' } };
  return spotSlash(parts) ?? spotUpperCase(parts) ?? spotPathForm(parts);
}

/** An empty part is mostly a variable without a value. A leading slash gets no suggestion: what is missing is the registry. */
function spotSlash(parts: WrittenParts): Spotted | undefined {
  const { path } = parts;
  const single = path.replaceAll(/\/+/g, '/');
  if (path.startsWith('/') && parts.host === undefined) return { slip: { kind: 'misplaced-slash', where: 'leading' } };
  if (path.endsWith('/'))
    return {
      slip: { kind: 'misplaced-slash', where: 'trailing' },
      repaired: joined({ ...parts, path: single.slice(0, -1) }),
    };
  if (single === path && !path.startsWith('/')) return undefined;
  return {
    slip: { kind: 'misplaced-slash', where: 'double' },
    repaired: joined({ ...parts, path: single.replace(/^\//, '') }),
  };
}

function spotUpperCase(parts: WrittenParts): Spotted | undefined {
  const { path } = parts;
  if (!/[A-Z]/.test(path)) return undefined;
  return {
    slip: { kind: 'upper-case-path', path },
    repaired: joined({ ...parts, path: path.toLowerCase() }),
  };
}

function spotPathForm({ host, path }: WrittenParts): Spotted | undefined {
  const character = /[^a-z0-9._/-]/u.exec(path)?.[0];
  if (character !== undefined) return { slip: { kind: 'path-character', character } };
  const component = path.split('/').find((part) => !isPathComponent(part));
  if (component !== undefined) return { slip: { kind: 'path-separator', component } };
  // A path of one component on Docker Hub gets `library/` before it.
  const longest = (host === undefined || host === 'docker.io') && !path.includes('/') ? 247 : 255;
  return path.length > longest ? { slip: { kind: 'path-too-long', length: path.length } } : undefined;
}
