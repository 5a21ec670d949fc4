/**
 * Which room may import which. The core knows nothing of the outside; sources read and never decide;
 * entrypoints are the only place where both meet; no entrypoint knows another.
 */
const mayImport = {
  // room: [rooms, npm packages]
  'core/go': [[], []],
  'core/object': [[], ['zod']],
  'core/image': [['core/go'], []],
  'core/content': [['core/go', 'core/image'], []],
  'core/node': [['core/go', 'core/image', 'core/object'], ['zod']],
  'core/credential': [['core/go', 'core/object'], ['zod']],
  'core/workload': [['core/image', 'core/node', 'core/object'], ['zod']],
  'core/egress': [['core/go'], []],
  'core/evidence': [['core/content', 'core/credential'], []],
  'core/registry': [
    ['core/go', 'core/image', 'core/content', 'core/credential', 'core/egress', 'core/evidence'],
    ['toml-eslint-parser'],
  ],
  'core/pull': [['core/image', 'core/content', 'core/node', 'core/credential', 'core/workload', 'core/registry'], []],
  'core/finding': [
    [
      'core/image',
      'core/content',
      'core/node',
      'core/credential',
      'core/workload',
      'core/registry',
      'core/pull',
      'core/evidence',
    ],
    ['fastest-levenshtein'],
  ],
  'core/kubelet': [['core/go', 'core/object'], ['zod']],
  'core/running': [
    ['core/image', 'core/object', 'core/kubelet', 'core/workload', 'core/pull', 'core/finding'],
    ['zod'],
  ],
  'core/verdict': [['core/object', 'core/finding', 'core/pull'], []],
  predict: [['core'], []],
  'sources/files': [['core'], ['yaml']],
  'sources/rendered': [['sources/files'], []],
  'sources/facts': [['core'], []],
  'sources/turns': [[], []],
  'sources/tunnel': [['core'], []],
  'sources/registry': [
    ['core', 'sources/turns', 'sources/tunnel'],
    ['undici', 'lru-cache'],
  ],
  'sources/node-files': [
    ['core', 'config', 'file'],
    ['yaml', 're2js'],
  ],
  'sources/cluster': [
    ['core', 'sources/tunnel'],
    ['@kubernetes/client-node', 'lru-cache', 'zod'],
  ],
  'sources/credential-plugins': [['core', 'config', 'file', 'sources/turns'], []],
  report: [['core', 'predict'], []],
  file: [[], []],
  config: [
    ['core', 'file'],
    ['zod', 'yaml', 'fastest-levenshtein'],
  ],
  telemetry: [['core'], ['prom-client', 'pino', 'lru-cache']],
  cli: [[], ['fastest-levenshtein']],
  examination: [['core', 'predict', 'config', 'sources', 'cli'], ['p-limit']],
  'entrypoints/check': [['core', 'predict', 'report', 'config', 'sources', 'cli', 'examination', 'file'], []],
  'entrypoints/audit': [['core', 'predict', 'report', 'config', 'sources', 'cli', 'examination'], []],
  'entrypoints/config': [['config', 'cli'], []],
  'entrypoints/serve': [
    ['core', 'predict', 'report', 'config', 'telemetry', 'sources', 'cli'],
    ['fastify', 'zod', 'lru-cache', '@peculiar/x509', 'p-limit', 'reflect-metadata'],
  ],
};

const inside = (room) => `^src/${room}(/|\\.ts$)`;
const npm = (name) => `(^|/)node_modules/${name}/`;
const isPure = (room) => /^(core\/|report$|predict$)/.test(room);

const roomRules = Object.entries(mayImport).map(([room, [rooms, packages]]) => ({
  name: `${room} imports only ${[...rooms, ...packages].join(', ') || 'nothing'}`,
  severity: 'error',
  from: { path: inside(room) },
  to: {
    // The published schemas are data.
    pathNot: ['^docs/[\\w.-]+\\.schema\\.json$', inside(room), ...rooms.map(inside), ...packages.map(npm)],
    ...(isPure(room) ? {} : { dependencyTypesNot: ['core'] }),
  },
}));

export default {
  forbidden: [
    { name: 'no cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'every file of src belongs to a room that has a rule',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/main\\.ts$', '\\.d\\.ts$', ...Object.keys(mayImport).map(inside)] },
      to: {},
    },
    { name: 'nothing imports tests', severity: 'error', from: { path: '^src/' }, to: { path: '^(test|tools|bench)/' } },
    ...roomRules,
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
  },
};
