import { foldName, type GoJson, type GoJsonMember, membersNamed, parseGoJson } from '../go/json.ts';
import { decodeGoUtf8 } from '../go/utf8.ts';
import { decodeLogin, goTypeError, type Login, type LoginFault } from './docker-config-entry.ts';
import { type ParsedRegistryKey, parseRegistryKey } from './registry-key.ts';
import type { SecretBytes } from './secret-bytes.ts';

/**
 * The content of a docker config as the kubelet decodes it (pull-semantics 3.2; pkg/credentialprovider/config.go): all
 * of it or nothing. It does not know whether a Secret or a file on a node holds it.
 */
export type DockerConfig = DecodedDockerConfig | UndecodableDockerConfig;

export type DecodedDockerConfig = {
  readonly kind: 'decoded';
  /** In the order of their first mention; of equal keys the last one's login. */
  readonly entries: readonly DockerConfigEntry[];
  /** What `docker login` leaves to programs; the kubelet never runs them. */
  readonly helpers: CredentialHelpers;
};

export type UndecodableDockerConfig = {
  readonly kind: 'undecodable';
  /** The kubelet's own words. */
  readonly error: string;
  readonly fault: DockerConfigFault;
};

export type CredentialHelpers = {
  readonly hasCredsStore: boolean;
  /** The registries of `credHelpers`. */
  readonly registries: readonly string[];
};

export type DockerConfigEntry = { readonly key: ParsedRegistryKey; readonly login: Login };

export type DockerConfigFault =
  | { readonly kind: 'syntax' }
  | {
      readonly kind: 'wrong-type';
      readonly where: 'document' | 'auths' | 'HttpHeaders';
      readonly found: GoJson['kind'];
    }
  /** `key` of the entry at fault, as written but without user information. */
  | (LoginFault & { readonly key: string });

/** The two shapes: with an `auths` level (`.dockerconfigjson`, a node's `config.json`), or the map alone (`.dockercfg`). */
export type DockerConfigShape = 'auths' | 'dockercfg';

export function decodeDockerConfig(content: SecretBytes, shape: DockerConfigShape): DockerConfig {
  const parsed = parseGoJson(decodeGoUtf8(content.reveal()));
  if (!parsed.ok) return { kind: 'undecodable', error: parsed.error, fault: { kind: 'syntax' } };
  const document = parsed.value;
  if (document.kind === 'null') return decoded(new Map(), noHelpers);
  if (document.kind !== 'object') {
    const type = shape === 'auths' ? 'DockerConfigJSON' : 'DockerConfig';
    return wrongType(document, 'document', undefined, `credentialprovider.${type}`);
  }
  return shape === 'auths' ? decodeDocument(document.members) : decodeDockercfg(document.members);
}

type Entries = Map<string, DockerConfigEntry>;

function decodeDockercfg(members: readonly GoJsonMember[]): DockerConfig {
  const entries: Entries = new Map();
  return readEntries(members, undefined, entries) ?? decoded(entries, noHelpers);
}

/**
 * Members in the order of the document, as encoding/json fills a struct: a later `auths` adds to an earlier one, null
 * empties it. A wrong type is remembered and reported at the end; an entry's fault is reported at once, and wins.
 */
function decodeDocument(members: readonly GoJsonMember[]): DockerConfig {
  const entries: Entries = new Map();
  let firstWrongType: UndecodableDockerConfig | undefined;
  for (const [name, value] of members) {
    const folded = foldName(name);
    if (folded === 'httpheaders') firstWrongType ??= wrongTypeOfHeaders(value);
    if (folded !== 'auths') continue;
    if (value.kind === 'null') entries.clear();
    else if (value.kind !== 'object')
      firstWrongType ??= wrongType(value, 'auths', authsField, 'credentialprovider.DockerConfig');
    else {
      const fault = readEntries(value.members, authsField, entries);
      if (fault !== undefined) return fault;
    }
  }
  return firstWrongType ?? decoded(entries, helpersOf(members));
}

const authsField = 'DockerConfigJSON.auths';

/** Adds the entries of one map; the first that cannot be decoded ends it all. */
function readEntries(
  members: readonly GoJsonMember[],
  field: string | undefined,
  entries: Entries,
): UndecodableDockerConfig | undefined {
  for (const [name, value] of members) {
    const key = parseRegistryKey(name);
    const login = decodeLogin(value, field);
    if (!login.ok) {
      const written = key.ok ? key.key.written : key.written;
      return { kind: 'undecodable', error: login.error, fault: { ...login.fault, key: written } };
    }
    entries.set(name, { key, login: login.login });
  }
  return undefined;
}

/** HttpHeaders are not used, but must be a map of texts. */
function wrongTypeOfHeaders(headers: GoJson): UndecodableDockerConfig | undefined {
  const field = 'DockerConfigJSON.HttpHeaders';
  if (headers.kind === 'null') return undefined;
  if (headers.kind !== 'object') return wrongType(headers, 'HttpHeaders', field, 'map[string]string');
  const header = headers.members.find(([, value]) => value.kind !== 'string' && value.kind !== 'null');
  return header && wrongType(header[1], 'HttpHeaders', field, 'string');
}

function wrongType(
  value: GoJson,
  where: 'document' | 'auths' | 'HttpHeaders',
  field: string | undefined,
  type: string,
): UndecodableDockerConfig {
  const error = goTypeError(value, field, type);
  return { kind: 'undecodable', error, fault: { kind: 'wrong-type', where, found: value.kind } };
}

const noHelpers: CredentialHelpers = { hasCredsStore: false, registries: [] };

function helpersOf(members: readonly GoJsonMember[]): CredentialHelpers {
  const stores = membersNamed({ members }, 'credsStore');
  const helpers = membersNamed({ members }, 'credHelpers').flatMap((map) => (map.kind === 'object' ? map.members : []));
  return {
    hasCredsStore: stores.some((store) => store.kind === 'string' && store.value !== ''),
    registries: [...new Set(helpers.map(([registry]) => registry))],
  };
}

function decoded(entries: Entries, helpers: CredentialHelpers): DecodedDockerConfig {
  return { kind: 'decoded', entries: [...entries.values()], helpers };
}
