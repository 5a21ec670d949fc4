import type { Credential } from '../../../src/core/credential/credential.ts';
import type { SecretBytes } from '../../../src/core/credential/secret-bytes.ts';
import { encodeBase64 } from '../../../src/core/go/base64.ts';
import { decodeGoUtf8 } from '../../../src/core/go/utf8.ts';
import { parseReference } from '../../../src/core/image/reference.ts';
import type { Comparison } from '../play.ts';

type Written = Readonly<Record<string, string>>;
export type ExpectedCredentials = { readonly credentials: readonly Written[]; readonly anyOrder?: boolean };

/** Credentials as the vectors write them; where the kubelet's order is random both sides are sorted. */
export function compareCredentials(
  expect: ExpectedCredentials,
  came: { readonly credentials: readonly Credential[]; readonly anyOrder: boolean },
): Comparison {
  const anyOrder = expect.anyOrder ?? false;
  const inOrder = (credentials: readonly unknown[]) =>
    anyOrder ? credentials.map((credential) => JSON.stringify(credential)).toSorted() : credentials;
  return {
    expected: { credentials: inOrder(expect.credentials.map(exact)), anyOrder },
    came: { credentials: inOrder(came.credentials.map(written)), anyOrder: came.anyOrder },
  };
}

function written({ username, password, origin }: Credential): Written {
  return {
    ...bytesOf(username, 'username'),
    ...bytesOf(password, 'password'),
    ...(origin.source === 'secret' && { secret: origin.name }),
  };
}

/** Bytes that are no UTF-8 are compared in base64; the text beside them is for readers. */
function exact(credential: Written): Written {
  const members = Object.entries(credential);
  return Object.fromEntries(members.filter(([member]) => !Object.hasOwn(credential, `${member}Base64`)));
}

function bytesOf(secret: SecretBytes, member: 'username' | 'password'): Written {
  const bytes = secret.reveal();
  const text = decodeGoUtf8(bytes);
  const base64 = encodeBase64(bytes);
  const isUtf8 = encodeBase64(new TextEncoder().encode(text)) === base64;
  return isUtf8 ? { [member]: text } : { [`${member}Base64`]: base64 };
}

/** The name by which the kubelet looks up credentials. Every image of these vectors parses. */
export function repositoryOf(image: string): string {
  const parsed = parseReference(image);
  if (parsed.ok) return parsed.reference.name;
  if (parsed.refusedBy === 'containerd') return parsed.accepted.name;
  throw new Error(`${image}: ${parsed.error}`);
}
