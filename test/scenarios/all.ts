import { contentScenes } from './contents.ts';
import { credentialScenes } from './credentials.ts';
import { examinerScenes } from './examiner.ts';
import { existenceScenes } from './existence.ts';
import { hostScenes } from './hosts.ts';
import { nameScenes } from './names.ts';
import { pluginScenes } from './plugins.ts';
import { presenceScenes } from './presence.ts';
import type { Scenario } from './scenario.ts';

export const scenarios: readonly Scenario[] = [
  ...nameScenes,
  ...existenceScenes,
  ...credentialScenes,
  ...pluginScenes,
  ...examinerScenes,
  ...hostScenes,
  ...contentScenes,
  ...presenceScenes,
];
