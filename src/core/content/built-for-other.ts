import { normalizePlatform, type Platform } from '../image/platform.ts';
import { compatibleMatcher, isMatch } from './match.ts';
import { type Puller, platformRulesOf } from './puller.ts';

/**
 * Whether a config says that its programs would not start on the node. No pull looks at that where a reference leads to a
 * single manifest. Variants and features are left aside: what they name is a wish, and many configs name none or a wrong one.
 */
export function isBuiltForOther(built: Platform, node: Platform, { generation }: Puller): boolean {
  // Nothing is said by a config without an architecture.
  if (built.architecture === '') return false;
  const rules = platformRulesOf(generation);
  const host = normalizePlatform(node, rules, node.os);
  const { os, architecture } = normalizePlatform(built, rules, node.os);
  if (os !== host.os) return true;
  if (os === 'windows') {
    const { osVersion = '' } = built;
    return !isMatch(compatibleMatcher(host, rules)({ os, architecture, osVersion }));
  }
  return !architecturesThatRunOn(host.architecture).includes(architecture);
}

function architecturesThatRunOn(architecture: string): readonly string[] {
  switch (architecture) {
    case 'amd64':
      return ['amd64', '386'];
    case 'arm64':
      return ['arm64', 'arm'];
  }
  return [architecture];
}
