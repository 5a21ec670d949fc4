import type { Answer } from '../../../src/core/registry/exchange.ts';
import { anonymous } from '../../../src/core/registry/login.ts';
import { resolveRequest } from '../../../src/core/registry/request.ts';
import { Session, type SessionSettings } from '../../../src/core/registry/session.ts';
import { aLogin, headersOf, inOrder, lineOf, play } from '../../support/dialogues.ts';
import { anEndpoint, aResponse } from '../../support/exchanges.ts';

export const manifest = 'https://registry.example.com/v2/team/app/manifests/1';
export const token = 'https://auth.example.com/token?scope=repository%3Ateam%2Fapp%3Apull';
export const bearer = 'Bearer realm="https://auth.example.com/token"';
export const alice = aLogin('alice', 'secret');
export const basic = `Basic ${btoa('alice:secret')}`;
export const root = 'https://registry.example.com/v2/';

export function aSession(part: Partial<SessionSettings> = {}): Session {
  const endpoint = anEndpoint('https://registry.example.com');
  return new Session({ endpoint, repository: 'team/app', login: anonymous, tokenObjection: () => undefined, ...part });
}

export function challenged(...lines: readonly string[]): Answer {
  return aResponse(401, { headers: headersOf({ 'www-authenticate': lines }) });
}

export const issued = aResponse(200, { text: '{"token":"t","access_token":"t"}' });

export function refusals(count: number): readonly Answer[] {
  return Array.from({ length: count }, () => aResponse(401));
}

export function heading(settings: Partial<SessionSettings>, ...answers: readonly Answer[]) {
  const session = aSession(settings);
  const { value, asked } = play(session.request(resolveRequest('HEAD', '1')), inOrder(...answers));
  return { session, value, asked, lines: asked.map(lineOf) };
}
