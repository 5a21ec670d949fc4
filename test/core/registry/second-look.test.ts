import { describe, expect, test } from 'vitest';
import type { ImageReference } from '../../../src/core/image/reference.ts';
import { parseReference } from '../../../src/core/image/reference.ts';
import type { Answer } from '../../../src/core/registry/exchange.ts';
import { anonymous, type Login } from '../../../src/core/registry/login.ts';
import { resolveAt } from '../../../src/core/registry/resolve.ts';
import { Session } from '../../../src/core/registry/session.ts';
import { aLogin, errorDocument, headersOf, inOrder, lineOf, play } from '../../support/dialogues.ts';
import { aFailure, anEndpoint, aResponse } from '../../support/exchanges.ts';

const repository = 'https://registry.example.com/v2/team/app';
const manifest = `${repository}/manifests/1`;
const digest = `sha256:${'a'.repeat(64)}`;
const bearer = headersOf({ 'www-authenticate': 'Bearer realm="https://auth.example.com/token"' });
const challenged = aResponse(401, { headers: bearer });
const issued = aResponse(200, { text: '{"token":"t","access_token":"t"}' });
const found = aResponse(200, {
  headers: headersOf({
    'docker-content-digest': digest,
    'content-length': '34',
    'content-type': 'application/vnd.oci.image.index.v1+json',
  }),
});

function referenceTo(image: string): ImageReference {
  const parsed = parseReference(image);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.reference;
}

function looking(settings: { readonly image?: string; readonly login?: Login }, ...answers: readonly Answer[]) {
  const { image = 'registry.example.com/team/app:1', login = anonymous } = settings;
  const endpoint = anEndpoint('https://registry.example.com');
  const session = new Session({ endpoint, repository: 'team/app', login, tokenObjection: () => undefined });
  const { value, asked } = play(resolveAt(session, referenceTo(image)), inOrder(...answers));
  return { value, asked, lines: asked.map(lineOf) };
}

const saysAbsent = (code = 'MANIFEST_UNKNOWN') => aResponse(404, { text: errorDocument(code) });
const tagList = (tags: unknown, headers = headersOf({})) =>
  aResponse(200, { text: JSON.stringify({ name: 'team/app', tags }), headers });

describe('a 404', () => {
  test('is looked at again by GET, after a while, and only then are tags listed', () => {
    const { value, asked, lines } = looking({}, aResponse(404), saysAbsent(), tagList(['2']));
    expect(lines).toEqual([`HEAD ${manifest}`, `GET ${manifest} again`, `GET ${repository}/tags/list`]);
    expect(asked[1]).toMatchObject({ secondLook: { notBeforeMs: 300, attempt: 1, after: asked[0] }, bodyLimit: 8192 });
    expect(value).toEqual({
      kind: 'absent',
      secondLook: 'absent-too',
      tags: { kind: 'listed', tags: ['2'], isComplete: true, hasTag: false },
      wasChallenged: false,
    });
  });

  test('with authorization is looked at again with the same', () => {
    const { lines } = looking({}, challenged, issued, aResponse(404), saysAbsent(), tagList([]));
    expect(lines.slice(2)).toEqual([
      `HEAD ${manifest} Bearer t`,
      `GET ${manifest} Bearer t again`,
      `GET ${repository}/tags/list Bearer t`,
    ]);
  });

  test('to a digest has no neighbours to list', () => {
    const { value, lines } = looking(
      { image: `registry.example.com/team/app:1@${digest}` },
      aResponse(404),
      saysAbsent(),
    );
    expect(lines).toHaveLength(2);
    expect(value).toEqual({
      kind: 'absent',
      secondLook: 'absent-too',
      tags: { kind: 'not-listed' },
      wasChallenged: false,
    });
  });

  test('to a digest, told to somebody who was asked for a login: a list shows that he may see the repository', () => {
    const { value, lines } = looking(
      { image: `registry.example.com/team/app:1@${digest}` },
      challenged,
      issued,
      aResponse(404),
      saysAbsent(),
      tagList(['1']),
    );
    expect(lines.at(-1)).toBe(`GET ${repository}/tags/list Bearer t`);
    expect(value).toMatchObject({ tags: { kind: 'listed', hasTag: false }, wasChallenged: true });
  });

  test.each(['MANIFEST_UNKNOWN', 'NAME_UNKNOWN', 'NOT_FOUND', 'TAG_EXPIRED'])(
    'counts if the registry says %s',
    (code) => {
      const { value } = looking({}, aResponse(404), saysAbsent(code), tagList([]));
      expect(value).toMatchObject({ secondLook: 'absent-too' });
    },
  );

  test.each([
    ['nothing', ''],
    ['a web page', '<html>404</html>'],
    ["Go's own text", '404 page not found'],
    ['another code', errorDocument('UNSUPPORTED')],
    ['another document', '{"message":"not found"}'],
  ])('with %s is no answer of a registry, and no reason to list tags', (_name, text) => {
    const { value, lines } = looking({}, aResponse(404), aResponse(404, { text }));
    expect(lines).toHaveLength(2);
    expect(value).toEqual({
      kind: 'absent',
      secondLook: 'no-registry-answer',
      tags: { kind: 'not-listed' },
      wasChallenged: false,
    });
  });

  test.each<[string, Answer, string]>([
    ['500', aResponse(500), 'failed'],
    ['a redirect', aResponse(302), 'failed'],
    ['403', aResponse(403), 'failed'],
    ['408', aResponse(408), 'failed'],
    ['429', aResponse(429), 'throttled'],
    ['no answer', aFailure('timeout'), 'failed'],
    ['the deadline', aFailure('deadline'), 'out-of-time'],
    ['a page by another challenge', aResponse(401), 'failed'],
  ])('followed by %s is not confirmed', (_name, second, secondLook) => {
    const { value, lines } = looking({}, aResponse(404), second);
    expect(lines).toHaveLength(2);
    expect(value).toEqual({ kind: 'absent', secondLook, tags: { kind: 'not-listed' }, wasChallenged: false });
  });

  test('is none where GET and then HEAD answer with any 2xx', () => {
    const last2xx = aResponse(299, { headers: found.headers });
    const { value, lines } = looking({}, aResponse(404), aResponse(299), last2xx);
    expect(lines).toEqual([`HEAD ${manifest}`, `GET ${manifest} again`, `HEAD ${manifest} again`]);
    expect(value).toMatchObject({ kind: 'resolved', root: { digest, size: 34 } });
  });

  test('names the product that said it', () => {
    const headers = headersOf({ 'x-jfrog-version': 'Artifactory/7' });
    const { value } = looking({}, aResponse(404, { headers }), saysAbsent(), tagList([]));
    expect(value).toMatchObject({ product: 'Artifactory' });
  });

  test('names the product that any answer told of', () => {
    const headers = headersOf({ 'x-jfrog-version': 'Artifactory/7' });
    const tags = { ...tagList([]), headers };
    expect(looking({}, aResponse(404), saysAbsent(), tags).value).toMatchObject({ product: 'Artifactory' });
  });

  test('names the product that its challenge told of', () => {
    const realm = 'Bearer realm="https://harbor.example.com/service/token",service="harbor-registry"';
    const harbor = aResponse(401, { headers: headersOf({ 'www-authenticate': realm }) });
    const { value } = looking({}, harbor, issued, aResponse(404), saysAbsent('NOT_FOUND'), tagList([]));
    expect(value).toMatchObject({ product: 'Harbor' });
  });
});

describe('GET finds what HEAD does not', () => {
  const get = aResponse(200, { text: '{}' });

  test('and a third look decides: 404 again', () => {
    const { value, lines } = looking({}, aResponse(404), get, aResponse(404));
    expect(lines).toEqual([`HEAD ${manifest}`, `GET ${manifest} again`, `HEAD ${manifest} again`]);
    expect(value).toEqual({
      kind: 'absent',
      secondLook: 'absent-for-head-only',
      tags: { kind: 'not-listed' },
      wasChallenged: false,
    });
  });

  test('once it has challenged it: nodes ask HEAD without a login, and so does the third look', () => {
    const { value, lines } = looking({}, aResponse(404), challenged, issued, get, aResponse(404));
    expect(lines).toEqual([
      `HEAD ${manifest}`,
      `GET ${manifest} again`,
      'GET https://auth.example.com/token?scope=repository%3Ateam%2Fapp%3Apull again',
      `GET ${manifest} Bearer t again`,
      `HEAD ${manifest} again`,
    ]);
    expect(value).toMatchObject({ secondLook: 'absent-for-head-only', wasChallenged: false });
  });

  test('and a third look decides: it is there after all', () => {
    expect(looking({}, aResponse(404), get, found).value).toMatchObject({ kind: 'resolved', root: { digest } });
  });

  test.each<[string, Answer, string]>([
    ['500', aResponse(500), 'failed'],
    ['429', aResponse(429), 'throttled'],
    ['no answer', aFailure('connection'), 'failed'],
  ])('and the third look does not decide: %s', (_name, third, secondLook) => {
    expect(looking({}, aResponse(404), get, third).value).toMatchObject({ kind: 'absent', secondLook });
  });
});

function tagsSeen(answer: Answer) {
  const { value } = looking({}, aResponse(404), saysAbsent(), answer);
  return value.kind === 'absent' ? value.tags : undefined;
}

describe('tags', () => {
  test('that hold the very one contradict the registry', () => {
    expect(tagsSeen(tagList(['0', '1']))).toMatchObject({ kind: 'listed', hasTag: true });
  });

  test('on more pages than one are not all of them, and the other pages are not asked for', () => {
    const next = headersOf({ link: '</v2/team/app/tags/list?last=2>; rel="next"' });
    expect(tagsSeen(tagList(['2'], next))).toEqual({ kind: 'listed', tags: ['2'], isComplete: false, hasTag: false });
  });

  test.each([
    ['null', null, []],
    ['other things among them', ['a', 1, null, 'b'], ['a', 'b']],
  ])('%s', (_name, tags, listed) => {
    expect(tagsSeen(tagList(tags))).toMatchObject({ kind: 'listed', tags: listed });
  });

  test.each(['NAME_UNKNOWN', 'NOT_FOUND'])('%s: there is no such repository', (code) => {
    expect(tagsSeen(saysAbsent(code))).toEqual({ kind: 'repository-absent' });
  });

  test.each<[string, Answer]>([
    ['404 with a web page', aResponse(404, { text: '<html>' })],
    ['403', aResponse(403)],
    ['401', aResponse(401)],
    ['500', aResponse(500)],
    ['no answer', aFailure('timeout')],
    ['a list without tags', aResponse(200, { text: '{"name":"team/app"}' })],
    ['tags that are no list', tagList({ '1': true })],
    ['a web page', aResponse(200, { text: '<html>' })],
    ['a part of a list', aResponse(206, { text: '{"tags":[]}' })],
    ['a list that is too long', { ...aResponse(200, { text: '{"tags":[]}' }), bodyIncomplete: true }],
  ])('cannot be told from %s', (_name, answer) => {
    expect(tagsSeen(answer)).toEqual({ kind: 'not-listed' });
  });
});

function challengeWith(error: string): Answer {
  const challenge = `Bearer realm="https://auth.example.com/token",error="${error}"`;
  return aResponse(401, { headers: headersOf({ 'www-authenticate': challenge }) });
}

describe('a 404 with a token that another replica does not know', () => {
  const foreign = challengeWith('invalid_token');

  test('is looked at again with a new one', () => {
    const { value, lines } = looking(
      {},
      challenged,
      issued,
      aResponse(404),
      foreign,
      aResponse(200, { text: '{"token":"new"}' }),
      saysAbsent(),
      tagList([]),
    );
    expect(lines.slice(2)).toEqual([
      `HEAD ${manifest} Bearer t`,
      `GET ${manifest} Bearer t again`,
      'GET https://auth.example.com/token?scope=repository%3Ateam%2Fapp%3Apull again',
      `GET ${manifest} Bearer new again`,
      `GET ${repository}/tags/list Bearer new`,
    ]);
    expect(value).toMatchObject({ secondLook: 'absent-too' });
  });
});

describe('a refusal', () => {
  const insufficient = challengeWith('insufficient_scope');
  const foreign = challengeWith('invalid_token');
  const basic = aResponse(401, { headers: headersOf({ 'www-authenticate': 'Basic realm="r"' }) });
  const renewed = aResponse(200, { text: '{"token":"new","access_token":"new"}' });
  const token = 'https://auth.example.com/token?scope=repository%3Ateam%2Fapp%3Apull';
  const root = 'https://registry.example.com/v2/';
  const password = `Basic ${btoa('u:p')}`;
  const user = { login: aLogin('u', 'p') };
  const refused = {
    kind: 'refused',
    at: 'registry',
    status: 401,
    presentedPassword: false,
    acceptedLogin: false,
    secondLook: 'refused-too',
    blamesAddress: false,
  };

  test('of nobody is repeated from the beginning, with a new token, and ends with a GET', () => {
    const { value, asked, lines } = looking({}, challenged, issued, insufficient, challenged, renewed, insufficient);
    expect(lines.slice(2)).toEqual([
      `HEAD ${manifest} Bearer t`,
      `GET ${manifest} again`,
      `GET ${token} again`,
      `GET ${manifest} Bearer new again`,
    ]);
    for (const exchange of asked.slice(3))
      expect(exchange.secondLook).toMatchObject({ notBeforeMs: 300, after: asked[2] });
    expect(asked[5]).toMatchObject({ bodyLimit: 8192 });
    expect(value).toEqual(refused);
  });

  test('of nobody by the token server is repeated there', () => {
    const { value, lines } = looking({}, challenged, aResponse(403), challenged, aResponse(401));
    expect(lines.slice(1)).toEqual([`GET ${token}`, `GET ${manifest} again`, `GET ${token} again`]);
    expect(value).toEqual({ ...refused, at: 'token-server', status: 403 });
  });

  test('of nobody, who has no password for Basic, is repeated', () => {
    const { value, lines } = looking({}, basic, basic);
    expect(lines).toEqual([`HEAD ${manifest}`, `GET ${manifest} again`]);
    expect(value).toEqual(refused);
  });

  test('without a word why is repeated as often as containerd does', () => {
    const bare = Array.from({ length: 4 }, () => challenged);
    const { value, lines, asked } = looking({}, challenged, issued, challenged, challenged, renewed, ...bare);
    expect(asked.slice(5).map(({ secondLook }) => secondLook?.attempt)).toEqual([2, 3, 4, 5]);
    expect(lines.slice(5)).toEqual(Array.from({ length: 4 }, () => `GET ${manifest} Bearer new again`));
    expect(value).toEqual(refused);
  });

  test.each([1, 2, 3])('without a word why is none if the token is taken after %i more', (count) => {
    const bare = Array.from({ length: count }, () => challenged);
    const found200 = aResponse(200);
    const { value } = looking({}, challenged, issued, challenged, challenged, renewed, ...bare, found200, found);
    expect(value).toMatchObject({ kind: 'resolved', root: { digest } });
  });

  test('of a token that the registry does not know proves nothing of the right', () => {
    const twice = looking({}, challenged, issued, foreign, challenged, renewed, foreign);
    expect(twice.value).toEqual({ ...refused, secondLook: 'failed' });
    const once = looking({}, challenged, issued, foreign, challenged, renewed, insufficient);
    expect(once.value).toEqual(refused);
    const healed = looking({}, challenged, issued, foreign, challenged, renewed, aResponse(200), found);
    expect(healed.value).toMatchObject({ kind: 'resolved' });
  });

  test.each<[string, Answer]>([
    ['a redirect', aResponse(300)],
    ['404', saysAbsent()],
    ['429', aResponse(429)],
    ['500', aResponse(500)],
    ['403 at once', aResponse(403)],
    ['no answer', aFailure('connection')],
  ])('that is followed by %s is not repeated', (_name, again) => {
    const { value, lines } = looking({}, challenged, issued, insufficient, again);
    expect(lines).toHaveLength(4);
    expect(value).toEqual({ ...refused, secondLook: 'failed' });
  });

  test('of a token for a login that was taken is repeated with the login', () => {
    const { value, asked, lines } = looking(user, challenged, issued, insufficient, challenged, renewed, insufficient);
    expect(lines.slice(2)).toEqual([
      `HEAD ${manifest} Bearer t`,
      `GET ${manifest} again`,
      'POST https://auth.example.com/token again',
      `GET ${manifest} Bearer new again`,
    ]);
    expect(asked[4]?.presentsPassword?.asks).toBe('repository');
    expect(value).toEqual({ ...refused, presentedPassword: true, acceptedLogin: true });
  });

  test('of a password by Basic, which is refused for itself, too, is not repeated', () => {
    const { value, lines } = looking(user, basic, basic, basic);
    expect(lines).toEqual([`HEAD ${manifest}`, `HEAD ${manifest} ${password}`, `GET ${root} ${password}`]);
    expect(value).toEqual({ ...refused, presentedPassword: true, secondLook: 'not-taken' });
  });

  test('of a password by the token server, which refuses it for itself, too, is not repeated', () => {
    const { value, lines } = looking(user, challenged, aResponse(403), aResponse(403));
    expect(lines.slice(1)).toEqual([
      'POST https://auth.example.com/token',
      `GET https://auth.example.com/token ${password}`,
    ]);
    const rejected = { presentedPassword: true, secondLook: 'not-taken' };
    expect(value).toEqual({ ...refused, ...rejected, at: 'token-server', status: 403 });
  });

  test('of a password that is good by itself is repeated, and lacks the right', () => {
    const { value, lines } = looking(user, challenged, aResponse(403), issued, challenged, aResponse(403), issued);
    expect(lines.slice(3)).toEqual([
      `GET ${manifest} again`,
      'POST https://auth.example.com/token again',
      `GET https://auth.example.com/token ${password}`,
    ]);
    const lacking = { presentedPassword: true, acceptedLogin: true };
    expect(value).toEqual({ ...refused, ...lacking, at: 'token-server', status: 403 });
  });

  test('of a password of which nothing can be learned by itself is repeated', () => {
    const unclear = aResponse(500);
    const { value } = looking(user, challenged, aResponse(403), unclear, challenged, aResponse(403), unclear);
    expect(value).toEqual({ ...refused, presentedPassword: true, at: 'token-server', status: 403 });
  });

  test('of what a user may do, whose password Basic took, is repeated', () => {
    const { value, asked, lines } = looking(user, basic, aResponse(403), basic, aResponse(403));
    expect(lines).toEqual([
      `HEAD ${manifest}`,
      `HEAD ${manifest} ${password}`,
      `GET ${manifest} again`,
      `GET ${manifest} ${password} again`,
    ]);
    expect(asked[3]).toMatchObject({ presentsPassword: { credentialKey: password, to: root } });
    expect(value).toEqual({ ...refused, status: 403, presentedPassword: true });
  });

  const firewall = aResponse(403, { text: "client with IP '1.2.3.4' is not allowed access" });

  test('may blame our address in either answer', () => {
    const first = looking({}, challenged, issued, firewall, challenged, renewed, insufficient);
    const second = looking({}, challenged, issued, insufficient, challenged, renewed, firewall);
    expect(first.value).toMatchObject({ blamesAddress: true, secondLook: 'refused-too' });
    expect(second.value).toMatchObject({ blamesAddress: true, secondLook: 'refused-too' });
  });

  test.each<[string, readonly Answer[]]>([
    ['by a token', [challenged, issued]],
    ['by Basic', [basic]],
  ])('may blame our address once the login is taken, and only a GET can say so: %s', (_name, before) => {
    const { value } = looking(user, ...before, aResponse(403), ...before, firewall);
    expect(value).toMatchObject({ presentedPassword: true, blamesAddress: true });
  });

  describe('that GET does not share', () => {
    test.each<[string, Login, readonly Answer[], string]>([
      ['of nobody', anonymous, [challenged, issued], 'Bearer t'],
      ['of a token for a login', aLogin('u', 'p'), [challenged, issued], 'Bearer t'],
      ['of a user by Basic', aLogin('u', 'p'), [basic], password],
    ])('is none if HEAD is not refused any more: %s', (_name, login, before, authorization) => {
      const { value, lines } = looking({ login }, ...before, aResponse(403), ...before, aResponse(200), found);
      expect(lines.slice(-2)).toEqual([
        `GET ${manifest} ${authorization} again`,
        `HEAD ${manifest} ${authorization} again`,
      ]);
      expect(value).toMatchObject({ kind: 'resolved', root: { digest } });
    });

    test('is none where the token server takes back what it said', () => {
      const { value } = looking({}, challenged, aResponse(403), challenged, issued, aResponse(200), found);
      expect(value).toMatchObject({ kind: 'resolved', root: { digest } });
    });

    test.each<[string, readonly Answer[]]>([
      ['401, which is repeated once', [insufficient, insufficient]],
      ['a redirect', [aResponse(300)]],
      ['403', [aResponse(403)]],
      ['404', [aResponse(404)]],
      ['no answer', [aFailure('timeout')]],
    ])('proves nothing if HEAD does not resolve the third time either: %s', (_name, third) => {
      const { value } = looking({}, challenged, issued, insufficient, challenged, issued, aResponse(200), ...third);
      expect(value).toEqual({ ...refused, secondLook: 'not-refused' });
    });
  });

  test('without a challenge is none, and is not repeated', () => {
    const { value, lines } = looking({}, aResponse(403));
    expect(lines).toHaveLength(1);
    expect(value).toEqual({ kind: 'refused-outright', status: 403 });
  });
});
