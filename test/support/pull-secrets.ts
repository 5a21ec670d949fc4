import type { Credential } from '../../src/core/credential/credential.ts';
import type { PullSecret } from '../../src/core/credential/pull-secret.ts';
import { type SecretBytes, secretBytesOf } from '../../src/core/credential/secret-bytes.ts';
import { decodeGoUtf8 } from '../../src/core/go/utf8.ts';

export function aPullSecret(fields: Partial<PullSecret> = {}): PullSecret {
  return {
    namespace: 'shop',
    name: 'regcred',
    type: 'kubernetes.io/dockerconfigjson',
    data: new Map(),
    writers: [],
    ...fields,
  };
}

/** A Secret of type dockerconfigjson with this document. */
export function aSecretHolding(document: string, fields: Partial<PullSecret> = {}): PullSecret {
  return aPullSecret({ data: new Map([['.dockerconfigjson', secretBytesOf(document)]]), ...fields });
}

/** A Secret with one entry a key; the user name of the entry is the key. */
export function aSecretFor(keys: readonly string[], fields: Partial<PullSecret> = {}): PullSecret {
  const entries = keys.map((key) => `${JSON.stringify(key)}:${JSON.stringify({ username: key, password: 'p' })}`);
  return aSecretHolding(`{"auths":{${entries.join(',')}}}`, fields);
}

export function textOf(bytes: SecretBytes): string {
  return decodeGoUtf8(bytes.reveal());
}

/** Deep comparison cannot see into secret bytes. */
export function loginTextOf({ username, password }: Pick<Credential, 'username' | 'password'>): string {
  return `${textOf(username)}:${textOf(password)}`;
}
