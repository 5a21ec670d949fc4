import { candidateNodes } from './families/candidate-nodes.ts';
import { challenges } from './families/challenges.ts';
import { hostsToml } from './families/hosts-toml.ts';
import { keyring } from './families/keyring.ts';
import { mediaTypes } from './families/media-types.ts';
import { nodeDockerConfig } from './families/node-docker-config.ts';
import { platformsNormalize } from './families/platforms-normalize.ts';
import { platformsSelect } from './families/platforms-select.ts';
import { pullPolicy } from './families/pull-policy.ts';
import { references } from './families/references.ts';
import { serviceAccountSecrets } from './families/service-account-secrets.ts';
import type { Family } from './play.ts';

/** Every family of vectors that the core answers, by the name in the file. */
export const families: ReadonlyMap<string, Family> = new Map<string, Family>([
  ['candidate-nodes', candidateNodes],
  ['challenges', challenges],
  ['hosts-toml', hostsToml],
  ['keyring', keyring],
  ['media-types', mediaTypes],
  ['node-docker-config', nodeDockerConfig],
  ['platforms-normalize', platformsNormalize],
  ['platforms-select', platformsSelect],
  ['pull-policy', pullPolicy],
  ['references', references],
  ['service-account-secrets', serviceAccountSecrets],
]);
