/** An examiner sees what is there, with credentials that no node has. What nodes are refused is refused all the same. */
import type { Image } from '../../tools/embedded-registry/image.ts';
import type { Login } from '../nodes/scene.ts';
import { alice, anImage, anIndexOf, app, arm64, basic, registryWith, token, wrong } from './images.ts';
import { type Finds, nothing, type Scenario } from './scenario.ts';

const examinerFor = (key: string, login: Login = alice) => JSON.stringify({ auths: { [key]: login } });
const examiner = examinerFor('registry.test');
const refusedExaminer = examinerFor('registry.test', wrong);
const missingTag = 'registry.test/team/app:2';
const denied = 'access-denied certain';
const rejected = 'credentials-rejected certain';
const notFound = 'manifest-not-found certain';

type ByExaminer = readonly [
  name: string,
  image: string,
  held: () => Image,
  finds: Finds | { readonly '1.7': Finds; readonly '2.4': Finds },
  rows: readonly string[],
  more?: Partial<Scenario>,
];

const anIndexFor386 = () => anIndexOf({ os: 'linux', architecture: '386' });

const byExaminer: readonly ByExaminer[] = [
  ['an image that an examiner may read, and nobody else', app, anImage, [denied], ['B17']],
  ['a tag that an examiner knows to be missing', missingTag, anImage, [denied, notFound], ['B17', 'B19']],
  [
    'an index that an examiner knows to lack the node’s platform',
    app,
    () => anIndexOf(arm64),
    [denied, 'no-matching-platform certain'],
    ['A11', 'B17'],
  ],
  [
    'an index of which an examiner knows that it is for 386 alone',
    app,
    anIndexFor386,
    { '1.7': [denied], '2.4': [denied, 'no-matching-platform likely'] },
    ['A14', 'B14', 'B17'],
  ],
  [
    'a missing tag, and an examiner who is refused',
    missingTag,
    anImage,
    [denied],
    ['B17'],
    { examinerDockerConfig: refusedExaminer },
  ],
  [
    'a missing tag, and an examiner of another registry',
    missingTag,
    anImage,
    [denied],
    ['B17'],
    { examinerDockerConfig: examinerFor('other.test') },
  ],
  [
    'a missing tag, an examiner, and a wrong login of a Secret',
    missingTag,
    anImage,
    [rejected, notFound],
    ['B1', 'B17'],
    { logins: [wrong] },
  ],
  [
    'an image that an examiner may read, and a wrong login of a Secret',
    app,
    anImage,
    [rejected],
    ['B1', 'B17'],
    { logins: [wrong] },
  ],
  [
    'the right login of a Secret, and an examiner who is refused',
    app,
    anImage,
    nothing,
    ['A4'],
    { logins: [alice], examinerDockerConfig: refusedExaminer },
  ],
];

const publicAccess = { ...token, publicRepositories: ['team/app'] };

/** A plugin's refusal is left open, and what the examiner sees beside it is not. */
function pluginAndExaminer(name: string, tag: string, finds: Finds, undecidable?: string): Scenario {
  return {
    name,
    image: `registry.plugin.test/team/app:${tag}`,
    hosts: {
      'registry.plugin.test': {
        kind: 'registry',
        access: basic,
        repositories: { 'team/app': { tags: { '1': anImage() } } },
      },
    },
    pluginAnswers: {},
    examinerDockerConfig: examinerFor('registry.plugin.test'),
    rows: ['A2', 'B17'],
    finds,
    ...(undecidable && { undecidable }),
  };
}

export const examinerScenes: readonly Scenario[] = [
  ...(
    [
      ['basic', basic],
      ['token', token],
    ] as const
  ).flatMap(([kind, access]) =>
    byExaminer.map(
      ([name, image, held, finds, rows, more]): Scenario => ({
        name: `${kind}: ${name}`,
        image,
        hosts: registryWith(held(), { access }),
        examinerDockerConfig: examiner,
        rows,
        finds,
        ...more,
      }),
    ),
  ),
  {
    name: 'a public image, and an examiner who is refused',
    image: app,
    hosts: registryWith(anImage(), { access: publicAccess }),
    examinerDockerConfig: refusedExaminer,
    rows: ['A2'],
    finds: nothing,
  },
  pluginAndExaminer(
    'an image that an examiner may read, and a plugin that fails',
    '1',
    ['access-denied unconfirmed'],
    'a plugin that fails for pullgate may give nodes a login',
  ),
  pluginAndExaminer('a missing tag, an examiner, and a plugin that fails', '2', [
    'access-denied unconfirmed',
    notFound,
  ]),
];
