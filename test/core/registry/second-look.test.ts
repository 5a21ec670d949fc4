import { describe, expect, test } from 'vitest';
import type { Answer } from '../../../src/core/registry/exchange.ts';
import { errorDocument, headersOf } from '../../support/dialogues.ts';
import { aFailure, aResponse } from '../../support/exchanges.ts';
import {
  challenged,
  challengeWith,
  digest,
  found,
  issued,
  looking,
  manifest,
  repository,
  saysAbsent,
  tagList,
} from './second-look-dialogue.ts';

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

  test('other things among them', () => {
    expect(tagsSeen(tagList(['a', 1, null, 'b']))).toMatchObject({ kind: 'listed', tags: ['a', 'b'] });
  });

  test.each([
    ['null', null],
    ['none', []],
  ])('%s: a client that may not see them is answered alike', (_name, tags) => {
    expect(tagsSeen(tagList(tags))).toEqual({ kind: 'not-listed' });
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
