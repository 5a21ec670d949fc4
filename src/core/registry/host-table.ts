/**
 * One table of a hosts.toml, the file itself or `[host.NAME]`, with the types that containerd asks of its members
 * (hostFileConfig in core/remotes/docker/config/hosts.go). What the values mean is not known here.
 */
import { isAtLeast, type Puller } from '../content/puller.ts';
import type { Rewrites } from './rewrites.ts';
import type { TomlTable, TomlValue } from './toml-tree.ts';

export type HostTable = {
  readonly capabilities: readonly string[];
  /** `ca`, `client` and the values of `header` may have several types. */
  readonly ca?: TomlValue;
  readonly client?: TomlValue;
  readonly skipVerify?: boolean;
  readonly header: ReadonlyMap<string, TomlValue>;
  readonly overridePath: boolean;
  readonly dialTimeout: string;
  readonly rewrites: Rewrites;
};
export type HostsTable = HostTable & {
  readonly server: string;
  /** Every table below `host`, in whatever form, in the order in which they first appear. */
  readonly hosts: ReadonlyMap<string, HostTable>;
};

export const emptyHostTable: HostTable = {
  capabilities: [],
  header: new Map(),
  overridePath: false,
  dialTimeout: '',
  rewrites: [],
};

/** Undefined if any member has a wrong type, also in a host that would not be used. */
export function readHostsTable(root: TomlTable, puller: Puller): HostsTable | undefined {
  const member = membersOf(root, puller);
  const server = member('server') ?? emptyString;
  const own = readHostTable(root, puller);
  const listed = member('host') ?? emptyTable;
  if (server.kind !== 'string' || own === undefined || listed.kind !== 'table') return undefined;
  const hosts = new Map<string, HostTable>();
  for (const [name, value] of listed.members) {
    const table = value.kind === 'table' ? readHostTable(value, puller) : undefined;
    if (table === undefined) return undefined;
    hosts.set(name, table);
  }
  return { ...own, server: server.value, hosts };
}

function readHostTable(table: TomlTable, puller: Puller): HostTable | undefined {
  const member = membersOf(table, puller);
  const capabilities = stringsOf(member('capabilities') ?? emptyArray);
  const skipVerify = member('skip_verify');
  const header = member('header') ?? emptyTable;
  const overridePath = member('override_path') ?? no;
  const dialTimeout = (isAtLeast(puller.generation, '2.0') ? member('dial_timeout') : undefined) ?? emptyString;
  const rewrites = puller.followsRewrites ? rewritesOf(member('rewrite') ?? emptyTable) : [];
  if (capabilities === undefined || header.kind !== 'table' || dialTimeout.kind !== 'string') return undefined;
  if (rewrites === undefined) return undefined;
  if (overridePath.kind !== 'boolean' || (skipVerify !== undefined && skipVerify.kind !== 'boolean')) return undefined;
  const ca = member('ca');
  const client = member('client');
  return {
    capabilities,
    ...(ca && { ca }),
    ...(client && { client }),
    ...(skipVerify && { skipVerify: skipVerify.value }),
    header: header.members,
    overridePath: overridePath.value,
    dialTimeout: dialTimeout.value,
    rewrites,
  };
}

const emptyString: TomlValue = { kind: 'string', value: '' };
const emptyArray: TomlValue = { kind: 'array', elements: [] };
const emptyTable: TomlValue = { kind: 'table', members: new Map() };
const no: TomlValue = { kind: 'boolean', value: false };

/**
 * From 2.0 on members are matched in any case, and the last one counts (pelletier/go-toml v2, structFieldPath); before that
 * in lower and in upper case (v1, valueFromTree).
 */
function membersOf({ members }: TomlTable, puller: Puller): (name: string) => TomlValue | undefined {
  if (!isAtLeast(puller.generation, '2.0')) return (name) => members.get(name) ?? members.get(name.toUpperCase());
  const inLowerCase = new Map([...members].map(([name, value]) => [name.toLowerCase(), value]));
  return (name) => inLowerCase.get(name);
}

/** A table of nothing but strings. */
function rewritesOf(value: TomlValue): Rewrites | undefined {
  if (value.kind !== 'table') return undefined;
  const members = [...value.members].flatMap(([expression, replacement]) =>
    replacement.kind === 'string' ? [[expression, replacement.value] as const] : [],
  );
  return members.length === value.members.size ? members : undefined;
}

/** The elements of an array that holds nothing but strings. */
export function stringsOf(value: TomlValue): readonly string[] | undefined {
  if (value.kind !== 'array') return undefined;
  const strings = value.elements.flatMap((element) => (element.kind === 'string' ? [element.value] : []));
  return strings.length === value.elements.length ? strings : undefined;
}
