import { type Credential, sentAs } from '../credential/credential.ts';
import { encodeBase64 } from '../go/base64.ts';
import { decodeGoUtf8 } from '../go/utf8.ts';
import type { PresentedPassword } from './exchange.ts';

/** User name and password as they would be sent; both empty for nobody. */
export type Login = { readonly username: Uint8Array; readonly password: Uint8Array };

export const anonymous: Login = { username: new Uint8Array(), password: new Uint8Array() };

/** What containerd keeps of a credential of the kubelet: without a user name nothing (pull-semantics 3.7). */
export function loginOf(credential: Credential | undefined): Login {
  if (credential === undefined || sentAs(credential) === 'dropped') return anonymous;
  return { username: credential.username.reveal(), password: credential.password.reveal() };
}

/** A password goes to registry or token server once they ask; a user name alone never does. */
export function hasPassword({ password }: Login): boolean {
  return password.length > 0;
}

/** RFC 7617; the bytes are those of the Secret. */
export function basicAuthorization({ username, password }: Login): string {
  return `Basic ${encodeBase64(Uint8Array.from([...username, ':'.charCodeAt(0), ...password]))}`;
}

/** The login in every form in which an answer may repeat it. */
export function formsOf({ username, password }: Login): readonly string[] {
  const texts = [decodeGoUtf8(username), decodeGoUtf8(password)];
  const encoded = [encodeBase64(username), encodeBase64(password), basicAuthorization({ username, password }).slice(6)];
  return [...texts, ...texts.map((text) => encodeURIComponent(text.toWellFormed())), ...encoded];
}

export function presenting(login: Login, to: string, asks: PresentedPassword['asks']): PresentedPassword {
  return { credentialKey: basicAuthorization(login), userKey: encodeBase64(login.username), to, asks };
}
