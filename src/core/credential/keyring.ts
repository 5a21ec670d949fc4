import type { ByteString } from '../go/byte-string.ts';
import { type Credential, type CredentialOrigin, isSameLogin } from './credential.ts';
import type { DockerConfigEntry } from './docker-config.ts';
import { covers, dockerHubIndex, fallsBackToDockerHub, parseLocation, type RegistryLocation } from './registry-key.ts';

/**
 * One of the kubelet's keyrings: which credentials it tries for an image, and in which order (pull-semantics 3.5;
 * pkg/credentialprovider/keyring.go). It does not know whether they work.
 */
export type Keyring = {
  /** In the order in which they are tried. */
  readonly slots: readonly KeyringSlot[];
};

/** Credentials kept under one index: those of one source after those of the source before it. */
type KeyringSlot = {
  readonly index: ByteString;
  readonly location?: RegistryLocation;
  readonly bySource: readonly (readonly Credential[])[];
};

/** What one Secret, file or plugin answer adds. */
export type KeyringSource = {
  readonly entries: readonly DockerConfigEntry[];
  readonly originOf: (key: string) => CredentialOrigin;
};

export type LookedUp = {
  readonly credentials: readonly Credential[];
  /**
   * Two keys of one source stand for the same registry and hold different logins: the kubelet iterates over a Go map, so
   * their order changes from one look-up to the next, and nothing that depends on it is certain.
   */
  readonly anyOrder: boolean;
};

export function buildKeyring(sources: readonly KeyringSource[]): Keyring {
  const slots = new Map<ByteString, KeyringSlot & { readonly bySource: Credential[][] }>();
  for (const { entries, originOf } of sources) {
    const ofThisSource = new Map<ByteString, Credential[]>();
    for (const { key, login } of entries) {
      if (!key.ok) continue;
      const { index, location, written } = key.key;
      const { username, password } = login;
      const credential = { username, password, origin: originOf(written) };
      const beside = ofThisSource.get(index);
      if (beside !== undefined) {
        beside.push(credential);
        continue;
      }
      const credentials = [credential];
      ofThisSource.set(index, credentials);
      const slot = slots.get(index) ?? { index, ...(location !== undefined && { location }), bySource: [] };
      slot.bySource.push(credentials);
      slots.set(index, slot);
    }
  }
  // Reverse order of bytes, not of length: it puts a longer prefix before a shorter one, and globs behind letters.
  return { slots: [...slots.values()].toSorted((one, other) => (one.index < other.index ? 1 : -1)) };
}

/**
 * Looks an image up in each keyring and joins what they give: a match in one does not silence the next.
 * Kubelets ≥ 1.33 have three: Pod secrets, node files, provider plugins. Up to 1.32 the last two are one keyring, built
 * from both sources together and therefore sorted over both.
 * @param repository normalized name without tag and digest, such as `docker.io/library/nginx`
 */
export function lookUp(keyrings: readonly Keyring[], repository: string): LookedUp {
  const slots = keyrings.flatMap((keyring) => slotsFor(keyring, repository));
  return {
    credentials: slots.flatMap(({ bySource }) => bySource.flat()),
    anyOrder: slots.some(({ bySource }) => bySource.some(holdsDifferentLogins)),
  };
}

function slotsFor({ slots }: Keyring, repository: string): readonly KeyringSlot[] {
  if (slots.length === 0) return slots;
  const image = parseLocation(repository);
  const matching = slots.filter(
    ({ location }) => image !== undefined && location !== undefined && covers(location, image),
  );
  if (matching.length > 0 || !fallsBackToDockerHub(repository)) return matching;
  return slots.filter(({ index }) => index === dockerHubIndex);
}

function holdsDifferentLogins([first, ...rest]: readonly Credential[]): boolean {
  return first !== undefined && rest.some((credential) => !isSameLogin(first, credential));
}
