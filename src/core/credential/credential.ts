import type { SecretBytes } from './secret-bytes.ts';

/**
 * What the kubelet offers to a registry, and where it came from. It knows nothing of challenges, and not whether a
 * registry would accept it.
 */
export type Credential = {
  /** Bytes, as decoded from base64 they need not be UTF-8; secret like the password, since tokens are put there too. */
  readonly username: SecretBytes;
  readonly password: SecretBytes;
  readonly origin: CredentialOrigin;
};

/** `key`: the key of `auths` as written, without user information. */
export type CredentialOrigin =
  | ({ readonly source: 'secret'; readonly key: string } & SecretName)
  | { readonly source: 'node-config'; readonly path: string; readonly key: string }
  /** A program that the kubelet runs, by its name in the kubelet's configuration. */
  | { readonly source: 'plugin'; readonly name: string };

/** Without a namespace in manifests that leave it to the command line. */
export type SecretName = { readonly namespace?: string; readonly name: string };

/**
 * What containerd makes of a credential (pull-semantics 3.7; CRI image_pull.go, ParseAuth, and the docker authorizer):
 * - `as-given`: used for Basic and for token requests;
 * - `anonymous-token`: without a password a token is asked for anonymously, and Basic fails with "no basic auth credentials";
 * - `dropped`: without a user name nothing is left, the pull is anonymous.
 */
export type SentAs = 'as-given' | 'anonymous-token' | 'dropped';

export function sentAs({ username, password }: Pick<Credential, 'username' | 'password'>): SentAs {
  if (username.isEmpty) return 'dropped';
  return password.isEmpty ? 'anonymous-token' : 'as-given';
}

/** Equal to the kubelet and the registry, whatever their origin. */
export function isSameLogin(one: Credential, other: Credential): boolean {
  return one.username.equals(other.username) && one.password.equals(other.password);
}
