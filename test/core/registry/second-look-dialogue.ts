import type { ImageReference } from '../../../src/core/image/reference.ts';
import { parseReference } from '../../../src/core/image/reference.ts';
import type { Answer } from '../../../src/core/registry/exchange.ts';
import { anonymous, type Login } from '../../../src/core/registry/login.ts';
import { resolveAt } from '../../../src/core/registry/resolve.ts';
import { Session } from '../../../src/core/registry/session.ts';
import { errorDocument, headersOf, inOrder, lineOf, play } from '../../support/dialogues.ts';
import { anEndpoint, aResponse } from '../../support/exchanges.ts';

export const repository = 'https://registry.example.com/v2/team/app';
export const manifest = `${repository}/manifests/1`;
export const digest = `sha256:${'a'.repeat(64)}`;
export const bearer = headersOf({ 'www-authenticate': 'Bearer realm="https://auth.example.com/token"' });
export const challenged = aResponse(401, { headers: bearer });
export const issued = aResponse(200, { text: '{"token":"t","access_token":"t"}' });
export const found = aResponse(200, {
  headers: headersOf({
    'docker-content-digest': digest,
    'content-length': '34',
    'content-type': 'application/vnd.oci.image.index.v1+json',
  }),
});

export function referenceTo(image: string): ImageReference {
  const parsed = parseReference(image);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.reference;
}

export function looking(settings: { readonly image?: string; readonly login?: Login }, ...answers: readonly Answer[]) {
  const { image = 'registry.example.com/team/app:1', login = anonymous } = settings;
  const endpoint = anEndpoint('https://registry.example.com');
  const session = new Session({ endpoint, repository: 'team/app', login, tokenObjection: () => undefined });
  const { value, asked } = play(resolveAt(session, referenceTo(image)), inOrder(...answers));
  return { value, asked, lines: asked.map(lineOf) };
}

export const saysAbsent = (code = 'MANIFEST_UNKNOWN') => aResponse(404, { text: errorDocument(code) });
export const tagList = (tags: unknown, headers = headersOf({})) =>
  aResponse(200, { text: JSON.stringify({ name: 'team/app', tags }), headers });

export function challengeWith(error: string): Answer {
  const challenge = `Bearer realm="https://auth.example.com/token",error="${error}"`;
  return aResponse(401, { headers: headersOf({ 'www-authenticate': challenge }) });
}
