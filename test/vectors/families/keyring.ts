import { lookUpCredentials, podKeyringOf } from '../../../src/core/credential/pod-keyring.ts';
import type { PullSecret } from '../../../src/core/credential/pull-secret.ts';
import { SecretBytes, secretBytesOf } from '../../../src/core/credential/secret-bytes.ts';
import { decodeBase64 } from '../../../src/core/go/base64.ts';
import type { Family } from '../play.ts';
import { compareCredentials, type ExpectedCredentials, repositoryOf } from './credentials.ts';

type Input = { readonly secrets: readonly InputSecret[]; readonly image: string };
type InputSecret = {
  readonly name: string;
  readonly type: string;
  readonly data?: Readonly<Record<string, string>>;
  readonly dataBase64?: Readonly<Record<string, string>>;
};

export const keyring: Family = (input: Input, expect: ExpectedCredentials | { readonly error: string }) => {
  const found = lookUpCredentials(podKeyringOf(input.secrets.map(pullSecretOf)), [], repositoryOf(input.image));
  if (found.kind === 'credentials' && 'credentials' in expect) return compareCredentials(expect, found);
  return {
    expected: { error: 'error' in expect },
    came: { error: found.kind === 'undecodable' },
  };
};

function pullSecretOf({ name, type, data = {}, dataBase64 = {} }: InputSecret): PullSecret {
  const contents = new Map<string, SecretBytes>();
  for (const [key, content] of Object.entries(data)) contents.set(key, secretBytesOf(content));
  for (const [key, content] of Object.entries(dataBase64)) {
    const decoded = decodeBase64(content, 'padded');
    if (decoded.ok) contents.set(key, new SecretBytes(decoded.bytes));
  }
  return { name, type, data: contents, writers: [] };
}
