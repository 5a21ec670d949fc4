import { describe, expect, test } from 'vitest';
import { type Asked, answerChallenges } from '../../../src/core/registry/authorization.ts';
import { anonymous, basicAuthorization } from '../../../src/core/registry/login.ts';
import { aChallenge, aLogin } from '../../support/dialogues.ts';

const realm = 'https://auth.example.com/token';
const own = 'repository:team/app:pull';

function answer(part: Partial<Asked>) {
  return answerChallenges({ challenges: [], login: anonymous, ownScope: own, again: false, ...part });
}

function scopesFor(scope: string): readonly string[] {
  const answered = answer({ challenges: [aChallenge('bearer', { realm, scope })] });
  return answered.kind === 'token' ? answered.question.scopes : [];
}

describe('Bearer', () => {
  test('is answered with a question for a token, of the service that the challenge names', () => {
    expect(answer({ challenges: [aChallenge('bearer', { realm, service: 'registry.example.com' })] })).toEqual({
      kind: 'token',
      question: {
        realm: { scheme: 'https', host: 'auth.example.com', hasUserInfo: false, url: realm },
        service: 'registry.example.com',
        scopes: [own],
      },
    });
  });

  test.each<[string, string, readonly string[]]>([
    ['the own one', own, [own]],
    ['another one', 'registry:catalog:*', ['registry:catalog:*', own]],
    ['several, sorted', 'repository:z:pull repository:a:pull', ['repository:a:pull', own, 'repository:z:pull']],
    ['one twice', `${own} ${own}`, [own]],
    ['a wider one beside the own', 'repository:team/app:pull,push', [own, 'repository:team/app:pull,push']],
    ['two blanks in a row', 'a  b', ['', 'a', 'b', own]],
    ['none, but the parameter', '', ['', own]],
  ])('scope: %s', (_name, scope, scopes) => {
    expect(scopesFor(scope)).toEqual(scopes);
  });

  test('goes before Basic', () => {
    expect(
      answer({ challenges: [aChallenge('bearer', { realm }), aChallenge('basic')], login: aLogin('u', 'p') }).kind,
    ).toBe('token');
  });

  test.each<[string, Readonly<Record<string, string>>, string]>([
    ['no realm', {}, 'no realm specified for token auth challenge'],
    ['a relative realm', { realm: '/token' }, 'unsupported protocol scheme ""'],
    ['a realm of another scheme', { realm: 'file:///etc/passwd' }, 'unsupported protocol scheme "file"'],
    ['a realm without host', { realm: 'https:///token' }, 'no Host in request URL'],
    ['a realm that is no URL', { realm: 'https://[::1/token' }, 'invalid token auth challenge realm'],
  ])('with %s is final, even where Basic is offered', (_name, parameters, error) => {
    const challenges = [aChallenge('bearer', parameters), aChallenge('basic')];
    expect(answer({ challenges, login: aLogin('u', 'p') })).toEqual({
      kind: 'fails',
      why: 'unusable-challenge',
      error,
    });
  });

  test('with an error is final once the request was repeated', () => {
    const challenges = [aChallenge('bearer', { realm, error: 'insufficient_scope' })];
    expect(answer({ challenges }).kind).toBe('token');
    expect(answer({ challenges, again: true })).toEqual({
      kind: 'fails',
      why: 'server-message',
      error: 'server message: insufficient_scope: authorization failed',
    });
  });

  test('without an error is met again', () => {
    expect(answer({ challenges: [aChallenge('bearer', { realm, error: '' })], again: true }).kind).toBe('token');
  });
});

describe('Basic', () => {
  const challenges = [aChallenge('basic', { realm: 'r' })];

  test('is answered with the login', () => {
    expect(answer({ challenges, login: aLogin('AWS', 'p:w') })).toEqual({
      kind: 'basic',
      authorization: `Basic ${btoa('AWS:p:w')}`,
    });
  });

  test.each([
    ['nobody', anonymous],
    ['a user without password', aLogin('u', '')],
    ['a password without user', aLogin('', 'p')],
  ])('has no answer for %s', (_name, login) => {
    expect(answer({ challenges, login })).toEqual({
      kind: 'fails',
      why: 'no-basic-credentials',
      error: 'authorization failed: no basic auth credentials',
    });
  });

  test('comes into play where the other scheme is Digest, which containerd does not speak', () => {
    expect(answer({ challenges: [aChallenge('digest'), ...challenges], login: aLogin('u', 'p') }).kind).toBe('basic');
  });

  test('carries bytes as they are', () => {
    const login = { username: Uint8Array.of(0xff, 0xfe), password: Uint8Array.of(0x00, 0xc3) };
    expect(basicAuthorization(login)).toBe(`Basic ${Buffer.from([0xff, 0xfe, 0x3a, 0x00, 0xc3]).toString('base64')}`);
  });
});

test.each([
  ['no challenge', []],
  ['Digest alone', [aChallenge('digest', { realm: 'r' })]],
])('%s: the 401 stands', (_name, challenges) => {
  expect(answer({ challenges, login: aLogin('u', 'p') })).toEqual({ kind: 'unsupported' });
});
