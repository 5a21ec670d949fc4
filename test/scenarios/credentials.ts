/** Logins: which are offered, in which order, and what registries make of them. */
import type { Login, SceneAnswer, SceneCluster, SceneHost, SceneRegistry, SceneSecret } from '../nodes/scene.ts';
import { alice, anImage, app, basic, registryWith, token, wrong } from './images.ts';
import { type Finds, nothing, type Scenario } from './scenario.ts';

const denied = ['access-denied certain'];
const rejected = ['credentials-rejected certain'];
const publicApp = { kind: 'token', ...alice, publicRepositories: ['team/app'] } as const;

type ByLogin = readonly [
  name: string,
  access: SceneRegistry['access'],
  logins: readonly Login[],
  finds: Finds,
  rows: readonly string[],
];

const byLogin: readonly ByLogin[] = [
  ['basic: the right login', basic, [alice], nothing, ['A4']],
  ['basic: a wrong password', basic, [wrong], rejected, ['B1']],
  ['basic: nobody', basic, [], denied, ['A2']],
  ['basic: a wrong login, then the right one', basic, [wrong, alice], nothing, ['A4']],
  ['basic: two wrong logins', basic, [wrong, { username: 'bob', password: 'wrong' }], rejected, ['A4']],
  ['token: the right login', token, [alice], nothing, ['A4']],
  ['token: a wrong password', token, [wrong], rejected, ['B1']],
  ['token: nobody', token, [], denied, ['A2']],
  ['token: a wrong login, then the right one', token, [wrong, alice], nothing, ['A4']],
  ['a public image behind a challenge, with a wrong login', publicApp, [wrong], rejected, ['B1']],
  ['a public image behind a challenge, with nobody’s login', publicApp, [], nothing, ['A1']],
  ['a public image that is never challenged, with a wrong login', { kind: 'open' }, [wrong], nothing, ['A3']],
];

const tokenAnswer = (status: number, more: Partial<SceneAnswer> = {}): SceneAnswer => ({
  path: /^\/token$/,
  status,
  ...more,
});
const post = (status: number, more: Partial<SceneAnswer> = {}) => tokenAnswer(status, { method: 'POST', ...more });
const json = { 'content-type': 'application/json' };

type ByToken = readonly [
  name: string,
  answers: readonly SceneAnswer[],
  logins: readonly Login[],
  finds: Finds,
  rows: readonly string[],
  undecidable?: string,
];

const moment = 'it may be over in a moment';

const byToken: readonly ByToken[] = [
  ...[400, 401, 404, 405].map(
    (status): ByToken => [
      `a token server that answers ${status} to POST and takes GET`,
      [post(status)],
      [alice],
      nothing,
      ['A31'],
    ],
  ),
  ['a token server that answers 403 to POST', [post(403)], [alice], rejected, ['A31']],
  ['a token server that answers 500', [tokenAnswer(500)], [alice], ['registry-error unconfirmed'], ['A19'], moment],
  ['a token server that answers 429', [tokenAnswer(429)], [alice], ['rate-limited unconfirmed'], ['A19'], moment],
  [
    'a token server that denies anonymous clients with 401',
    [tokenAnswer(401, { headers: json, body: '{}' })],
    [],
    denied,
    ['A2'],
  ],
  [
    'a token server that denies anonymous clients with 403',
    [tokenAnswer(403, { headers: json, body: '{}' })],
    [],
    denied,
    ['A2'],
  ],
  [
    'a token reply without a token',
    [tokenAnswer(200, { headers: json, body: '{"expires_in":300}' })],
    [alice],
    ['registry-error unconfirmed'],
    ['B20'],
    'a broken token server may be mended in a moment',
  ],
  [
    'a token reply that is no JSON',
    [tokenAnswer(200, { headers: json, body: 'token' })],
    [alice],
    ['registry-error unconfirmed'],
    ['B20'],
    'a broken token server may be mended in a moment',
  ],
  [
    'a token without rights',
    [tokenAnswer(200, { headers: json, body: '{"token":"of-nobody","access_token":"of-nobody"}' })],
    [alice],
    rejected,
    ['B19'],
  ],
];

const challenge = (...lines: readonly string[]): SceneAnswer => ({
  path: /manifests/,
  authorization: /^$/,
  status: 401,
  headers: { 'www-authenticate': lines.join(', ') },
});

/** What it says to whoever brings an authorization. */
const toWhoeverLogsIn = (status: number, more: Partial<SceneAnswer> = {}): SceneAnswer => ({
  path: /manifests/,
  authorization: /./,
  status,
  ...more,
});
const ofToken = { 'www-authenticate': 'Bearer realm="https://registry.test/token",service="embedded"' };
const firewall = "client with IP '10.1.2.3' is not allowed access";

type AfterLogin = readonly [
  name: string,
  access: SceneRegistry['access'],
  answer: SceneAnswer,
  finds: Finds,
  rows: readonly string[],
  undecidable?: string,
];

const afterLogin: readonly AfterLogin[] = [
  [
    'a token that is refused once, without a word why',
    token,
    toWhoeverLogsIn(401, { headers: ofToken, times: 1 }),
    nothing,
    ['A19'],
  ],
  [
    'a token that is refused twice, without a word why',
    token,
    toWhoeverLogsIn(401, { headers: ofToken, times: 2 }),
    nothing,
    ['A19'],
  ],
  [
    'a token that the registry never takes for its own',
    token,
    toWhoeverLogsIn(401, { headers: { 'www-authenticate': `${ofToken['www-authenticate']},error="invalid_token"` } }),
    ['registry-error unconfirmed'],
    ['A19'],
    'another replica may have given the token',
  ],
  [
    'a token that lacks the right, by its scope',
    token,
    toWhoeverLogsIn(401, {
      headers: { 'www-authenticate': `${ofToken['www-authenticate']},error="insufficient_scope"` },
    }),
    rejected,
    ['B19'],
  ],
  [
    'a token that is refused for ever, without a word why',
    token,
    toWhoeverLogsIn(401, { headers: ofToken }),
    rejected,
    ['B19'],
  ],
  ['a login that is taken, and 403', basic, toWhoeverLogsIn(403), rejected, ['B19']],
  ['a token that is taken, and 403', token, toWhoeverLogsIn(403), rejected, ['B19']],
  [
    'a login that is taken, and 403 for our address',
    basic,
    toWhoeverLogsIn(403, { body: firewall }),
    ['registry-error unconfirmed'],
    ['A7'],
    'the address of a node may be let in',
  ],
  [
    'a token that is taken, and 403 for our address',
    token,
    toWhoeverLogsIn(403, { body: firewall }),
    ['registry-error unconfirmed'],
    ['A7'],
    'the address of a node may be let in',
  ],
];

type BySecret = readonly [name: string, cluster: SceneCluster, finds: Finds, rows: readonly string[]];

const dockerConfig = (auths: object, name = 'regcred'): SceneSecret => ({
  name,
  type: 'kubernetes.io/dockerconfigjson',
  data: { '.dockerconfigjson': JSON.stringify({ auths }) },
});
const withSecret = (...secrets: readonly SceneSecret[]): SceneCluster => ({
  secrets,
  podPullSecrets: secrets.map(({ name }) => name),
});
const keyed = (key: string, login: object = alice) => withSecret(dockerConfig({ [key]: login }));
const noMatch = ['access-denied certain', 'pull-secret-no-match advice'];
const undecodable = ['pull-secret-undecodable certain'];

const bySecret: readonly BySecret[] = [
  ['a Secret with the host as its key', keyed('registry.test'), nothing, ['A30']],
  ['a Secret with https:// before the host', keyed('https://registry.test'), nothing, ['A30']],
  ['a Secret with https:// and /v1/', keyed('https://registry.test/v1/'), nothing, ['A30']],
  ['a Secret with https:// and /v2/', keyed('https://registry.test/v2/'), nothing, ['A30']],
  ['a Secret with a glob', keyed('*.test'), nothing, ['A30']],
  ['a Secret with a path', keyed('registry.test/team'), nothing, ['A30']],
  ['a Secret with a path that ends within a segment', keyed('registry.test/te'), nothing, ['A30']],
  ['a Secret with /v2 and no slash behind it', keyed('https://registry.test/v2'), noMatch, ['B5']],
  ['a Secret with the port 443', keyed('registry.test:443'), noMatch, ['B5']],
  ['a Secret with another case', keyed('Registry.test'), noMatch, ['B5']],
  ['a Secret with a slash behind the host', keyed('registry.test/'), nothing, ['B5']],
  ['a Secret with another path', keyed('registry.test/other'), noMatch, ['B5']],
  ['a Secret with the path /*', keyed('registry.test/*'), noMatch, ['B5']],
  ['a Secret with too few parts for its glob', keyed('*.registry.test'), noMatch, ['B5']],
  ['a Secret for another registry', keyed('other.test'), noMatch, ['A27']],
  [
    'a Secret with an invalid key beside the right one',
    withSecret(dockerConfig({ 'registry.test:*x': wrong, 'registry.test': alice })),
    nothing,
    ['A26'],
  ],
  ['a Secret whose auth is no base64', keyed('registry.test', { auth: 'not base64!' }), undecodable, ['B2']],
  [
    'a Secret whose auth has no colon',
    keyed('registry.test', { auth: Buffer.from('alice').toString('base64') }),
    undecodable,
    ['B2'],
  ],
  ['a Secret whose auth is a number', keyed('registry.test', { auth: 5 }), undecodable, ['B2']],
  [
    'a Secret with a bad entry for another registry',
    withSecret(dockerConfig({ 'registry.test': alice, 'other.test': { auth: '!' } })),
    undecodable,
    ['B2'],
  ],
  [
    'a Secret that holds no JSON',
    withSecret({ name: 'regcred', type: 'kubernetes.io/dockerconfigjson', data: { '.dockerconfigjson': '{}' } }),
    noMatch,
    ['A27'],
  ],
  [
    'a Secret of another type',
    withSecret({ ...dockerConfig({ 'registry.test': alice }), type: 'Opaque' }),
    denied,
    ['A27'],
  ],
  [
    'a Secret of the old type',
    withSecret({
      name: 'regcred',
      type: 'kubernetes.io/dockercfg',
      data: { '.dockercfg': JSON.stringify({ 'registry.test': alice }) },
    }),
    nothing,
    ['A27'],
  ],
  ['a Secret with an identity token alone', keyed('registry.test', { identitytoken: 'token' }), denied, ['B6']],
  ['a Secret with a registry token alone', keyed('registry.test', { registrytoken: 'token' }), denied, ['B6']],
  ['a Secret with an empty password', keyed('registry.test', { username: 'alice', password: '' }), denied, ['A28']],
  ['a Secret with an empty user name', keyed('registry.test', { username: '', password: 's3cret' }), denied, ['A28']],
  [
    'a Secret with user name and password, and another auth',
    keyed('registry.test', { ...wrong, auth: Buffer.from('alice:s3cret').toString('base64') }),
    nothing,
    ['A4'],
  ],
  [
    'a Secret with a wrong entry for the path and the right one for the host',
    withSecret(dockerConfig({ 'registry.test/team': wrong, 'registry.test': alice })),
    nothing,
    ['A4'],
  ],
  [
    'two Secrets, the first of them wrong',
    withSecret(dockerConfig({ 'registry.test': wrong }, 'first'), dockerConfig({ 'registry.test': alice }, 'second')),
    nothing,
    ['A4'],
  ],
  [
    'a Secret of the ServiceAccount',
    { secrets: [dockerConfig({ 'registry.test': alice })], accountPullSecrets: ['regcred'] },
    nothing,
    ['A29'],
  ],
  [
    'a Secret of the Pod keeps that of the ServiceAccount away',
    {
      secrets: [dockerConfig({ 'other.test': alice }, 'own'), dockerConfig({ 'registry.test': alice })],
      podPullSecrets: ['own'],
      accountPullSecrets: ['regcred'],
    },
    noMatch,
    ['B8'],
  ],
  // The kubelet finds it as soon as it is there.
  ['a Secret that does not exist', { podPullSecrets: ['missing'] }, ['access-denied likely'], ['B7']],
  [
    'a Secret that does not exist beside one that does',
    { secrets: [dockerConfig({ 'registry.test': alice })], podPullSecrets: ['missing', 'regcred'] },
    nothing,
    ['A1'],
  ],
];

const nameUnknown = {
  status: 404,
  headers: json,
  body: JSON.stringify({ errors: [{ code: 'NAME_UNKNOWN', message: 'repository name not known to registry' }] }),
};
/** What they say to whoever may not see the repository. */
const hidingByToken: SceneAnswer = { path: /^\/v2\/team/, authorization: /of-nobody$/, ...nameUnknown };
const hidingByBasic: SceneAnswer = {
  path: /^\/v2\/team/,
  authorization: new RegExp(`^Basic (?!${Buffer.from('alice:s3cret').toString('base64')})`),
  ...nameUnknown,
};
const ofTheNode = 'the node has a login that pullgate does not see';
const loginOfTheNode = {
  nodeDockerConfig: JSON.stringify({ auths: { 'registry.test': alice } }),
  nodeDockerConfigIsHidden: true,
} as const;

const hosts = (more: Partial<SceneRegistry>): Readonly<Record<string, SceneHost>> => registryWith(anImage(), more);

export const credentialScenes: readonly Scenario[] = [
  ...byLogin.map(
    ([name, access, logins, finds, rows]): Scenario => ({
      name,
      image: app,
      hosts: hosts({ ...(access && { access }) }),
      logins,
      rows,
      finds,
    }),
  ),
  ...byToken.map(
    ([name, answers, logins, finds, rows, undecidable]): Scenario => ({
      name,
      image: app,
      hosts: hosts({ access: token, answers }),
      logins,
      rows,
      finds,
      ...(undecidable && { undecidable }),
    }),
  ),
  ...afterLogin.map(
    ([name, access, answer, finds, rows, undecidable]): Scenario => ({
      name,
      image: app,
      hosts: hosts({ ...(access && { access }), answers: [answer] }),
      logins: [alice],
      rows,
      finds,
      ...(undecidable && { undecidable }),
    }),
  ),
  ...bySecret.map(
    ([name, cluster, finds, rows]): Scenario => ({
      name,
      image: app,
      hosts: hosts({ access: basic }),
      cluster,
      rows,
      finds,
    }),
  ),
  {
    name: 'a missing Secret, and a public image',
    image: app,
    hosts: hosts({}),
    cluster: { podPullSecrets: ['missing'] },
    rows: ['A1'],
    finds: nothing,
  },
  {
    name: 'an undecodable Secret, and a public image',
    image: app,
    hosts: hosts({}),
    cluster: keyed('other.test', { auth: '!' }),
    rows: ['B2'],
    finds: undecodable,
  },
  {
    name: 'Basic and Bearer on one line',
    image: app,
    hosts: hosts({
      access: token,
      answers: [
        challenge(
          'Basic realm="x"',
          'Bearer realm="https://registry.test/token",service="embedded",scope="repository:team/app:pull"',
        ),
      ],
    }),
    logins: [alice],
    rows: ['B21'],
    finds: rejected,
  },
  {
    name: 'a Bearer challenge without a realm',
    image: app,
    hosts: hosts({ access: token, answers: [challenge('Bearer service="embedded"')] }),
    logins: [alice],
    rows: ['B21'],
    finds: ['registry-error unconfirmed'],
    undecidable: 'a broken challenge may be mended in a moment',
  },
  ...['wrong', 'right'].map(
    (kind): Scenario => ({
      name: `Basic that is asked for with a web page, and the ${kind} login`,
      image: app,
      hosts: hosts({
        access: basic,
        answers: [
          {
            path: /./,
            authorization: kind === 'wrong' ? /^/ : /^$/,
            status: 401,
            headers: { 'www-authenticate': 'Basic realm="x"', 'content-type': 'text/html' },
            body: '<html><head><title>401 Authorization Required</title></head></html>',
          },
        ],
      }),
      logins: [kind === 'wrong' ? wrong : alice],
      rows: [kind === 'wrong' ? 'B1' : 'A4'],
      finds: kind === 'wrong' ? rejected : nothing,
    }),
  ),
  {
    name: 'a missing tag behind a login',
    image: 'registry.test/team/app:2',
    hosts: hosts({ access: token }),
    logins: [alice],
    rows: ['B19'],
    finds: ['manifest-not-found certain'],
  },
  {
    name: 'a repository that is hidden behind 404 from whoever has no login',
    image: app,
    hosts: hosts({ access: token, answers: [hidingByToken] }),
    rows: ['B19'],
    finds: ['manifest-not-found certain'],
  },
  {
    name: 'a repository that is hidden behind 404, and a login of the node',
    image: app,
    hosts: hosts({ access: token, answers: [hidingByToken] }),
    ...loginOfTheNode,
    rows: ['A2'],
    finds: ['manifest-not-found likely'],
    undecidable: ofTheNode,
  },
  {
    name: 'a repository that Basic hides behind 404 from a Secret, and a login of the node',
    image: app,
    hosts: hosts({ access: basic, answers: [hidingByBasic] }),
    cluster: keyed('registry.test', { username: 'bob', password: 'b' }),
    ...loginOfTheNode,
    rows: ['A4'],
    finds: ['manifest-not-found likely'],
    undecidable: ofTheNode,
  },
  {
    name: 'a missing tag, whose neighbours are shown, and a login of the node',
    image: 'registry.test/team/app:2',
    hosts: hosts({ access: publicApp }),
    ...loginOfTheNode,
    rows: ['B19'],
    finds: ['manifest-not-found certain'],
  },
  {
    name: 'credentials that only nodes have',
    image: app,
    hosts: hosts({ access: basic }),
    nodeDockerConfig: JSON.stringify({ auths: { 'registry.test': alice } }),
    rows: ['A2'],
    finds: nothing,
  },
];
