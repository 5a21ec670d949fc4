/**
 * Credential provider plugins of the nodes. pullgate runs the same ones, but nobody says that they give it what they give
 * nodes: what they are refused with is left open, and what they show is there.
 */

import type { Image } from '../../tools/embedded-registry/image.ts';
import { pluginProtocol } from '../nodes/credential-plugins.ts';
import type { Login, Scene, SceneHost, SceneRegistry } from '../nodes/scene.ts';
import { alice, anImage, anIndexOf, arm64, basic, holding, token, wrong } from './images.ts';
import { nothing, type Scenario } from './scenario.ts';

const host = 'registry.plugin.test';
const bothHost = 'both.plugin.test';
const otherLogin = 'a plugin may give nodes another login than pullgate';
const fails = 'a plugin that fails for pullgate may give nodes a login';
const rejected = ['credentials-rejected unconfirmed'];
const denied = ['access-denied unconfirmed'];

function answer(auth: Readonly<Record<string, Login>>, more: object = {}): string {
  const cached = { cacheKeyType: 'Image', cacheDuration: '0s' };
  return JSON.stringify({ kind: 'CredentialProviderResponse', apiVersion: pluginProtocol, ...cached, auth, ...more });
}

/** Of the plugin for all hosts of the scenes; without an answer it fails. */
function first(text?: string): Readonly<Record<string, string>> {
  return text === undefined ? {} : { [`first/${host}/team/app`]: text };
}

function holds(image: Image, more: Partial<SceneRegistry>, name = host): Readonly<Record<string, SceneHost>> {
  return { [name]: holding(image, more) };
}

type ByAnswer = readonly [
  name: string,
  answers: Readonly<Record<string, string>>,
  finds: Scenario['finds'],
  rows: readonly string[],
  more?: Partial<Scenario>,
];

const right = answer({ [host]: alice });
const guarded: readonly ByAnswer[] = [
  ['gives the right login', first(right), nothing, ['A2']],
  ['gives a wrong login', first(answer({ [host]: wrong })), rejected, ['A2', 'B1'], { undecidable: otherLogin }],
  ['gives the right login for a glob', first(answer({ '*.plugin.test': alice })), nothing, ['A2', 'A30']],
  ['gives the right login for a path', first(answer({ [`${host}/team`]: alice })), nothing, ['A2', 'A30']],
  [
    'gives a wrong login for the path, and the right one for the host',
    first(answer({ [`${host}/team`]: wrong, [host]: alice })),
    nothing,
    ['A4'],
  ],
  [
    'gives a login for another registry beside the right one',
    first(answer({ 'other.test': wrong, [host]: alice })),
    nothing,
    ['A4'],
  ],
  [
    'gives a login for another registry alone',
    first(answer({ 'other.test': alice })),
    denied,
    ['A2', 'B5'],
    { undecidable: otherLogin },
  ],
  ['gives nothing', first(answer({})), denied, ['A2'], { undecidable: otherLogin }],
  ['fails', first(), denied, ['A2'], { undecidable: fails }],
  ['fails, beside the right login of a Secret', first(), nothing, ['A2', 'A4'], { logins: [alice] }],
  ['gives the right login, beside a wrong one of a Secret', first(right), nothing, ['A4'], { logins: [wrong] }],
  [
    'gives a wrong login, beside the right one of a Secret',
    first(answer({ [host]: wrong })),
    nothing,
    ['A4'],
    { logins: [alice] },
  ],
  [
    'gives a wrong login, beside a wrong one of a Secret',
    first(answer({ [host]: wrong })),
    rejected,
    ['A4', 'B1'],
    { logins: [{ username: 'bob', password: 'wrong' }], undecidable: otherLogin },
  ],
  [
    'gives the right login, beside a wrong one of the node’s docker configuration',
    first(right),
    nothing,
    ['A4'],
    { nodeDockerConfig: JSON.stringify({ auths: { [host]: wrong } }) },
  ],
  [
    'gives the right login, beside an undecodable Secret',
    first(right),
    ['pull-secret-undecodable certain'],
    ['B2'],
    {
      cluster: {
        secrets: [
          {
            name: 'regcred',
            type: 'kubernetes.io/dockerconfigjson',
            data: { '.dockerconfigjson': JSON.stringify({ auths: { 'other.test': { auth: '!' } } }) },
          },
        ],
        podPullSecrets: ['regcred'],
      },
    },
  ],
  [
    'gives the right login for a missing tag',
    first(right),
    ['manifest-not-found certain'],
    ['B19'],
    { image: `${host}/team/app:2` },
  ],
];

/** Whatever the plugin says of an image of which strangers get tokens: a login that is sent and wrong fails, none does not. */
const published: readonly ByAnswer[] = [
  ['fails', first(), nothing, ['A2']],
  ['gives a wrong login', first(answer({ [host]: wrong })), rejected, ['B1'], { undecidable: otherLogin }],
  ['gives a wrong login for another registry', first(answer({ 'other.test': wrong })), nothing, ['A2']],
  ['gives no JSON', first('alice:s3cret'), nothing, ['A2']],
  [
    'gives a wrong login in an answer of another version',
    first(answer({ [host]: wrong }, { apiVersion: 'credentialprovider.kubelet.k8s.io/v1beta1' })),
    nothing,
    ['A2'],
  ],
  [
    'gives a wrong login in an answer of another kind',
    first(answer({ [host]: wrong }, { kind: 'Other' })),
    nothing,
    ['A2'],
  ],
  [
    'gives a wrong login in an answer with an unknown member',
    first(answer({ [host]: wrong }, { expires: 'never' })),
    nothing,
    ['A2'],
  ],
  [
    'gives a wrong login in an answer with an unknown cache key type',
    first(answer({ [host]: wrong }, { cacheKeyType: 'image' })),
    nothing,
    ['A2'],
  ],
  ['gives a wrong login in YAML', first(yamlAnswer()), nothing, ['A2']],
  ['gives a wrong login and a comma too many', first(answer({ [host]: wrong }).replace(/\}$/, ',}')), nothing, ['A2']],
  ['gives a login with an empty password', first(answer({ [host]: { ...wrong, password: '' } })), nothing, ['A28']],
];

function yamlAnswer(): string {
  const { username, password } = wrong;
  return `kind: CredentialProviderResponse\napiVersion: ${pluginProtocol}\ncacheKeyType: Image\nauth:\n  ${host}: {username: ${username}, password: ${password}}\n`;
}

const both = (one: string | undefined, two: string) => ({
  ...(one !== undefined && { [`first/${bothHost}/team/app`]: one }),
  [`second/${bothHost}/team/app`]: two,
});
const byTwo: readonly ByAnswer[] = [
  [
    'two plugins, the first of them with a wrong login',
    both(answer({ [bothHost]: wrong }), answer({ [bothHost]: alice })),
    nothing,
    ['A4'],
  ],
  ['two plugins, the first of them fails', both(undefined, answer({ [bothHost]: alice })), nothing, ['A2', 'A4']],
  [
    'two plugins, both with wrong logins',
    both(answer({ [bothHost]: wrong }), answer({ [bothHost]: { username: 'bob', password: 'wrong' } })),
    rejected,
    ['A4', 'B1'],
    { undecidable: otherLogin },
  ],
];

/** All of them with the right login, if only the plugin is asked. */
type ByImage = readonly [name: string, host: string, path: string, finds: Scenario['finds'], rows: readonly string[]];
const notAsked = ['access-denied certain'];
const byImage: readonly ByImage[] = [
  ['a plugin for hosts with fewer parts', 'a.registry.plugin.test', 'team/app', notAsked, ['B5']],
  ['a plugin for hosts with more parts', 'plugin.test', 'team/app', notAsked, ['B5']],
  ['a plugin for the host without its port', 'registry.plugin.test:5000', 'team/app', notAsked, ['B5']],
  ['a plugin for the start of a path', 'path.test', 'team/app', nothing, ['A30']],
  ['a plugin for another path', 'path.test', 'other/app', notAsked, ['B5']],
];

const asScene = (
  prefix: string,
  [name, pluginAnswers, finds, rows, more]: ByAnswer,
  hosts: NonNullable<Scene['hosts']>,
  image: string,
): Scenario => ({ name: `${prefix}${name}`, image, hosts, pluginAnswers, finds, rows, ...more });

export const pluginScenes: readonly Scenario[] = [
  ...guarded.map((row) =>
    asScene('a private image, and a plugin that ', row, holds(anImage(), { access: basic }), `${host}/team/app:1`),
  ),
  ...published.map((row) => {
    const access = { ...token, publicRepositories: ['team/app'] };
    return asScene('a public image, and a plugin that ', row, holds(anImage(), { access }), `${host}/team/app:1`);
  }),
  ...byTwo.map((row) => asScene('', row, holds(anImage(), { access: basic }, bothHost), `${bothHost}/team/app:1`)),
  ...byImage.map(
    ([name, at, path, finds, rows]): Scenario => ({
      name,
      image: `${at}/${path}:1`,
      hosts: { [at]: { kind: 'registry', access: basic, repositories: { [path]: { tags: { '1': anImage() } } } } },
      pluginAnswers: { [`first/${at}/${path}`]: answer({ [at]: alice }) },
      finds,
      rows,
    }),
  ),
  {
    name: 'an image that is never challenged, and a plugin that gives a wrong login',
    image: `${host}/team/app:1`,
    hosts: holds(anImage(), {}),
    pluginAnswers: first(answer({ [host]: wrong })),
    finds: nothing,
    rows: ['A3'],
  },
  {
    name: 'an index without the node’s platform, and a plugin that gives the right login',
    image: `${host}/team/app:1`,
    hosts: holds(anIndexOf(arm64), { access: token }),
    pluginAnswers: first(right),
    finds: ['no-matching-platform certain'],
    rows: ['A11'],
  },
  {
    name: 'an image behind a token server, and a plugin that gives the right login',
    image: `${host}/team/app:1`,
    hosts: holds(anImage(), { access: token }),
    pluginAnswers: first(right),
    finds: nothing,
    rows: ['A2'],
  },
  {
    name: 'an image of Docker Hub, and a plugin that gives the login under the key of docker login',
    image: 'plugged:1',
    hosts: {
      'registry-1.docker.io': {
        kind: 'registry',
        access: basic,
        repositories: { 'library/plugged': { tags: { '1': anImage() } } },
      },
    },
    certsD: { 'docker.io/hosts.toml': "server = 'https://registry-1.docker.io'\nca = 'ca.pem'\n" },
    pluginAnswers: { 'first/docker.io/library/plugged': answer({ 'https://index.docker.io/v1/': alice }) },
    finds: nothing,
    rows: ['A2', 'A30'],
  },
];
