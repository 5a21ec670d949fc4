/**
 * The text of a hosts.toml: which hosts it lists, in which order, and what it says about each (parseHostsFile in
 * core/remotes/docker/config/hosts.go). Files that it names are not read here.
 */

import { isAtLeast, type Puller } from '../content/puller.ts';
import { parseBaseUrl } from '../go/base-url.ts';
import { parseGoDurationMs } from '../go/duration.ts';
import { cleanPath, joinPath } from '../go/path.ts';
import { allCapabilities, type Capability, type Headers } from './endpoint.ts';
import { emptyHostTable, type HostTable, readHostsTable, stringsOf } from './host-table.ts';
import type { Rewrites } from './rewrites.ts';
import { parseToml, type TableHeader, type TomlValue } from './toml-tree.ts';

export type HostSettings = {
  readonly scheme: string;
  /** Empty as the last of a list: the registry itself is meant. */
  readonly host: string;
  readonly path: string;
  readonly capabilities: readonly Capability[];
  /** Absolute paths. Absent where the file does not speak of it; an empty list is something said, too. */
  readonly ca?: readonly string[];
  readonly client?: readonly ClientPaths[];
  readonly skipVerify?: boolean;
  readonly headers: Headers;
  readonly hasDialTimeout: boolean;
  /** Absent where there are none, or nobody follows them. */
  readonly rewrites?: Rewrites;
};
/** Absolute paths of a certificate and of its key; without one the key is in the certificate's file. */
export type ClientPaths = { readonly certificate: string; readonly key?: string };

/**
 * The hosts in the order in which they are tried; the last one is that of `server`. Undefined for what containerd cannot
 * read: it logs that, and goes on as if there were no such file.
 * @param directory absolute path of the file's directory
 */
export function parseHostsFile(text: string, directory: string, puller: Puller): readonly HostSettings[] | undefined {
  // containerd 2.4 reads TOML 1.1 (pelletier/go-toml v2.4): inline tables over several lines, for one.
  const document = parseToml(text, isAtLeast(puller.generation, '2.4') ? '1.1' : '1.0');
  const table = document && readHostsTable(document.root, puller);
  if (document === undefined || table === undefined) return undefined;
  if (!isAtLeast(puller.generation, '2.0') && hasBracketInHeader(document.headers)) return undefined;
  const names = isAtLeast(puller.generation, '2.0') ? namesInHeaders(document.headers) : [...table.hosts.keys()];
  const hosts = names.map((name) => settingsOf(name, table.hosts.get(name) ?? emptyHostTable, directory, puller));
  return allOrNone([...hosts, settingsOf(table.server, table, directory, puller)]);
}

/** The reader of 1.7 (pelletier/go-toml v1) takes the bracket of `[host."http://[::1]:5000"]` for the end of the header. */
function hasBracketInHeader(headers: readonly TableHeader[]): boolean {
  return headers.some(({ keys }) => keys.some((key) => /[[\]]/.test(key)));
}

/**
 * From 2.0 on each `[host.NAME]` and `[host.NAME.…]` lists its host, unless the header before it did: inline and dotted
 * tables do not count, and a subtable that stands apart lists its host again. Before that every form counts, and once.
 */
function namesInHeaders(headers: readonly TableHeader[]): readonly string[] {
  const names: string[] = [];
  let previous = '';
  for (const { kind, keys } of headers) {
    const [first, name] = keys;
    if (kind !== 'standard' || first !== 'host' || name === undefined || name === previous) continue;
    names.push(name);
    previous = name;
  }
  return names;
}

function settingsOf(url: string, table: HostTable, directory: string, puller: Puller): HostSettings | undefined {
  const place = placeOf(url, table.overridePath);
  const capabilities = capabilitiesOf(table.capabilities, puller);
  const ca = table.ca && pathsOf(table.ca, directory);
  const client = table.client && clientPathsOf(table.client, directory);
  const headers = headersOf(table.header);
  const isDialTimeout = table.dialTimeout === '' || parseGoDurationMs(table.dialTimeout) !== undefined;
  if (place === undefined || capabilities === undefined || headers === undefined || !isDialTimeout) return undefined;
  if ((table.ca && ca === undefined) || (table.client && client === undefined)) return undefined;
  return {
    ...place,
    capabilities,
    ...(ca && { ca }),
    // Unlike `ca`, an empty list of client certificates says nothing.
    ...(client && client.length > 0 && { client }),
    ...(table.skipVerify !== undefined && { skipVerify: table.skipVerify }),
    headers,
    hasDialTimeout: table.dialTimeout !== '',
    ...(table.rewrites.length > 0 && { rewrites: table.rewrites }),
  };
}

/** A URL without scheme is taken for https, unless it begins with `http`: `httpd.example.com` is a path then. */
function placeOf(text: string, overridePath: boolean): Pick<HostSettings, 'scheme' | 'host' | 'path'> | undefined {
  if (text === '') return { scheme: '', host: '', path: '' };
  const url = parseBaseUrl(text.startsWith('http') ? text : `https://${text}`);
  return url && { ...url, path: apiRootOf(url.path, overridePath) };
}

function apiRootOf(urlPath: string, overridePath: boolean): string {
  const path = urlPath === '' ? '' : cleanPath(urlPath);
  return overridePath || path.endsWith('/v2') ? path : `${path}/v2`;
}

/** No capabilities at all mean all of them. One that is not known, `referrers` before 2.2, makes the file unreadable. */
function capabilitiesOf(names: readonly string[], puller: Puller): readonly Capability[] | undefined {
  const known = allCapabilities(puller);
  const named = new Set(names.map((name) => name.toLowerCase()));
  const found = known.filter((capability) => named.has(capability));
  if (found.length < named.size) return undefined;
  return named.size === 0 ? known : found;
}

/** A path or a list of paths. */
function pathsOf(value: TomlValue, directory: string): readonly string[] | undefined {
  const paths = value.kind === 'string' ? [value.value] : stringsOf(value);
  return paths?.map((path) => (path.startsWith('/') ? path : joinPath(directory, path)));
}

/** A path, or a list of paths and of pairs of paths. */
function clientPathsOf(value: TomlValue, directory: string): readonly ClientPaths[] | undefined {
  const elements = value.kind === 'array' ? value.elements : [value];
  return allOrNone(
    elements.map((element) => {
      const [certificate, key, ...others] = pathsOf(element, directory) ?? [];
      if (certificate === undefined || others.length > 0) return undefined;
      if (element.kind === 'string') return { certificate };
      return key === undefined ? undefined : { certificate, key };
    }),
  );
}

/** Each a text or a list of texts. */
function headersOf(header: ReadonlyMap<string, TomlValue>): Headers | undefined {
  return allOrNone(
    [...header].map(([name, value]) => {
      const values = value.kind === 'string' ? [value.value] : stringsOf(value);
      return values && ([name, values] as const);
    }),
  );
}

function allOrNone<Item>(items: readonly (Item | undefined)[]): readonly Item[] | undefined {
  return items.every((item) => item !== undefined) ? items : undefined;
}
