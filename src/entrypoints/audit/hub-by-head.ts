/**
 * Docker Hub counts each manifest that is fetched as a pull, and no HEAD (docs.docker.com/docker-hub/usage/pulls): who looks at
 * hundreds of images there would take what the nodes need.
 */
import { parseMatch } from '../../config/registry-match.ts';
import { covers, parseLocation } from '../../core/credential/registry-key.ts';
import type { Settings } from '../../examination/settings.ts';

const hub = 'docker.io';

/** Where the configuration does not say otherwise for it by name. */
export function withHubByHead(settings: Settings): Settings {
  const parsed = parseMatch(hub);
  const image = parseLocation(`${hub}/library/image`);
  if (!parsed.ok || image === undefined) return settings;
  const { files } = settings;
  const registries = files.registries.map((rule) =>
    rule.inspect === undefined && covers(rule.match, image) ? { ...rule, inspect: 'resolve' as const } : rule,
  );
  return { ...settings, files: { ...files, registries: [...registries, { match: parsed.match, inspect: 'resolve' }] } };
}
