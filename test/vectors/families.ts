import { keyring } from './families/keyring.ts';
import { nodeDockerConfig } from './families/node-docker-config.ts';
import { serviceAccountSecrets } from './families/service-account-secrets.ts';
import type { Family } from './play.ts';

/** Every family of vectors that the core answers, by the name in the file. */
export const families: ReadonlyMap<string, Family> = new Map<string, Family>([
  ['keyring', keyring],
  ['node-docker-config', nodeDockerConfig],
  ['service-account-secrets', serviceAccountSecrets],
]);
