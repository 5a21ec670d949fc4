import { expect, test } from 'vitest';
import { configuredPlugins } from '../../../src/sources/credential-plugins/configured-plugins.ts';
import { readProviders } from '../../../src/sources/credential-plugins/provider-config.ts';
import { directoryWith } from '../node-files/tree.ts';

const head = 'apiVersion: kubelet.config.k8s.io/v1\nkind: CredentialProviderConfig\n';
const ecr = `name: ecr
    matchImages: ["*.dkr.ecr.*.amazonaws.com", registry.example.com:5000/team]
    defaultCacheDuration: 12h
    apiVersion: credentialprovider.kubelet.k8s.io/v1
`;
const one = (entry = ecr) => `${head}providers:\n  - ${entry}`;
const named = (name: string) => one(ecr.replace('ecr', name));

async function problemsOf(text: string): Promise<readonly string[]> {
  const directory = await directoryWith({ 'p.yaml': text });
  const read = await readProviders(`${directory}/p.yaml`);
  return read.ok ? [] : read.problems.map((problem) => problem.slice(directory.length + 1));
}

test.each(['v1', 'v1beta1', 'v1alpha1'])('a file of version %s is read', async (version) => {
  expect(await problemsOf(one().replace('/v1', `/${version}`))).toEqual([]);
});

test('everything of a provider is read', async () => {
  const directory = await directoryWith({
    'p.yaml': `${one()}    args: [get-credentials]
    env: [{ name: AWS_PROFILE, value: nodes }]
    tokenAttributes: { serviceAccountTokenAudience: a, cacheType: Token, requireServiceAccount: true }
`,
  });
  expect(await readProviders(`${directory}/p.yaml`)).toMatchObject({
    ok: true,
    providers: [
      {
        name: 'ecr',
        matchImages: [{ port: '' }, { port: '5000', path: '/team' }],
        defaultCacheMs: 43_200_000,
        apiVersion: 'credentialprovider.kubelet.k8s.io/v1',
        args: ['get-credentials'],
        env: [{ name: 'AWS_PROFILE', value: 'nodes' }],
        wantsServiceAccountToken: true,
      },
    ],
  });
});

test('a directory is read by the names of its files', async () => {
  const directory = await directoryWith({
    'p/b.yml': named('third'),
    'p/a.yaml': named('second'),
    'p/README.md': 'nothing',
    'p/0.json': JSON.stringify({
      apiVersion: 'kubelet.config.k8s.io/v1',
      kind: 'CredentialProviderConfig',
      providers: [
        {
          name: 'first',
          matchImages: ['a'],
          defaultCacheDuration: '0s',
          apiVersion: 'credentialprovider.kubelet.k8s.io/v1',
        },
      ],
    }),
  });
  const read = await readProviders(`${directory}/p`);
  expect(read.ok && read.providers.map(({ name }) => name)).toEqual(['first', 'second', 'third']);
});

test.each<[string, string, readonly string[]]>([
  ['nothing', '', ['p.yaml:1: is empty; it has an apiVersion, a kind and providers']],
  [
    'another kind',
    one().replace('CredentialProviderConfig', 'KubeletConfiguration'),
    ['p.yaml:2: kind: write CredentialProviderConfig, not "KubeletConfiguration"'],
  ],
  ['no provider', `${head}providers: []\n`, ['p.yaml:3: providers: name at least one provider']],
  [
    'a mistyped key',
    one(`${ecr}    arg: [x]\n`),
    [
      'p.yaml:8: providers[0]: there is no key "arg"; did you mean args? keys are name, matchImages, defaultCacheDuration, apiVersion, args, env, tokenAttributes',
    ],
  ],
  [
    'a path as name',
    named('../ecr'),
    ['p.yaml:4: providers[0].name: is the name of a program in the plugin directory, without whitespace and slashes'],
  ],
  [
    'a duration without a unit',
    one(ecr.replace('12h', '12')),
    ['p.yaml:6: providers[0].defaultCacheDuration: write a duration such as 12h, or 0s, not 12'],
  ],
  [
    'another protocol',
    one(ecr.replace('kubelet.k8s.io/v1', 'kubelet.k8s.io/v2')),
    [
      'p.yaml:7: providers[0].apiVersion: write credentialprovider.kubelet.k8s.io/v1, credentialprovider.kubelet.k8s.io/v1beta1 or credentialprovider.kubelet.k8s.io/v1alpha1, not "credentialprovider.kubelet.k8s.io/v2"',
    ],
  ],
  [
    'a token for a protocol that has none',
    one(
      `${ecr.replace('k8s.io/v1', 'k8s.io/v1beta1')}    tokenAttributes: { serviceAccountTokenAudience: a, cacheType: Token, requireServiceAccount: true }\n`,
    ),
    ['p.yaml:8: providers[0].tokenAttributes: goes with apiVersion credentialprovider.kubelet.k8s.io/v1'],
  ],
  ['a name twice', `${one()}  - ${ecr}`, ['p.yaml: names the provider ecr twice']],
])('%s is a problem', async (_, text, problems) => {
  expect(await problemsOf(text)).toEqual(problems);
});

test('what is missing is told with the key that names it', async () => {
  const directory = await directoryWith({ 'p.yaml': named('absent'), 'bin/.keep': '', 'empty/.keep': '' });
  const problems = async (config: string, bin: string) => {
    const opened = await configuredPlugins({ configPath: `${directory}/${config}`, binDir: `${directory}/${bin}` }, '');
    return opened.ok ? [] : opened.problems.map((problem) => problem.replaceAll(`${directory}/`, ''));
  };
  expect(await problems('p.yaml', 'bin')).toEqual(['nodes.credentialProviderBinDir: bin/absent: does not exist']);
  expect(await problems('q.yaml', 'p.yaml')).toEqual([
    'nodes.credentialProviderConfig: q.yaml: does not exist',
    'nodes.credentialProviderBinDir: p.yaml: is not a readable directory',
  ]);
  expect(await problems('empty', 'nowhere')).toEqual([
    'nodes.credentialProviderConfig: empty: holds no file .json, .yaml or .yml',
    'nodes.credentialProviderBinDir: nowhere: does not exist',
  ]);
});

test('a program that may not be run is found out when it is asked', async () => {
  const directory = await directoryWith({ 'p.yaml': named('program'), 'bin/program': 'no program' });
  const binDir = `${directory}/bin`;
  const opened = await configuredPlugins({ configPath: `${directory}/p.yaml`, binDir }, '');
  if (!opened.ok) throw new Error(opened.problems.join('\n'));
  const image = '1.dkr.ecr.eu.amazonaws.com/app';
  const ask = async () => (await opened.plugins.answersFor([image], new AbortController().signal))(image);
  expect(await ask()).toEqual([{ kind: 'failed', name: 'program', why: 'cannot be run (EACCES)' }]);
});
