import { expect, test } from 'vitest';
import { parseRealm } from '../../../src/core/registry/realm.ts';
import { tokenPolicyOf } from '../../../src/core/registry/token-policy.ts';
import { anEndpoint } from '../../support/exchanges.ts';
import { patternsOf } from '../egress/patterns.ts';

/** Whether the realm may be asked: by nobody, with a password. */
function mayBeAsked(text: string, origin: string): string {
  const realm = parseRealm(text);
  if (!realm.ok) throw new Error(realm.error);
  const policy = tokenPolicyOf(patternsOf('trusted.example.com', '10.1.2.3:8443'));
  const endpoint = anEndpoint(origin);
  const [byNobody, withPassword] = [false, true].map((password) => policy(realm.realm, endpoint, password));
  if (byNobody === undefined) return withPassword === undefined ? 'with a password' : `by nobody: ${withPassword}`;
  return byNobody === withPassword ? `not at all: ${byNobody}` : `${byNobody}, ${withPassword}`;
}

test.each([
  ['https://registry.example.com/token', 'https://registry.example.com', 'with a password'],
  ['https://registry.example.com:443/token', 'https://registry.example.com', 'with a password'],
  ['https://registry.example.com:8443/token', 'https://registry.example.com', 'by nobody: other-server'],
  ['https://auth.example.com/token', 'https://registry.example.com', 'by nobody: other-server'],
  ['https://registry.example.com.evil.test/token', 'https://registry.example.com', 'by nobody: other-server'],
  ['https://auth.docker.io/token', 'https://registry-1.docker.io', 'with a password'],
  ['https://auth.docker.io/token', 'https://mirror.test', 'by nobody: other-server'],
  ['https://auth.docker.io.evil.test/token', 'https://registry-1.docker.io', 'by nobody: other-server'],
  ['https://trusted.example.com/token', 'https://registry.example.com', 'with a password'],
  ['https://10.1.2.3:8443/token', 'https://registry.example.com', 'with a password'],
  ['https://10.1.2.3/token', 'https://registry.example.com', 'by nobody: other-server'],
  ['http://trusted.example.com/token', 'https://registry.example.com', 'not at all: plain-http'],
  ['http://registry.example.com/token', 'https://registry.example.com', 'not at all: plain-http'],
  ['http://registry.example.com/token', 'http://registry.example.com', 'with a password'],
  ['http://auth.example.com/token', 'http://registry.example.com', 'not at all: plain-http'],
  ['https://registry.example.com/token', 'http://registry.example.com', 'by nobody: other-server'],
  ['https://user:secret@registry.example.com/token', 'https://registry.example.com', 'by nobody: user-info'],
  ['http://user:secret@auth.example.com/token', 'https://registry.example.com', 'plain-http, user-info'],
  ['https://registry.example.com/token#top', 'https://registry.example.com', 'not at all: unusual-url'],
  [`https://registry.example.com/${'a'.repeat(3000)}`, 'https://registry.example.com', 'not at all: unusual-url'],
])('%.60s for %s: %s', (realm, origin, how) => {
  expect(mayBeAsked(realm, origin)).toBe(how);
});
