import {
  dockerHubIndex,
  parseLocation,
  parseRegistryKey,
  type RegistryKey,
  type RegistryLocation,
} from '../core/credential/registry-key.ts';
import { shown } from './shown.ts';

export type ParsedMatch =
  | {
      readonly ok: true;
      readonly written: string;
      readonly index: RegistryKey['index'];
      readonly match: RegistryLocation;
    }
  | { readonly ok: false; readonly problem: string };

/**
 * A registry as `registries[].match` and `--assume KEY@REGISTRY=VALUE` write it: a key of a docker config. Docker Hub's own
 * key stands for its images, which are called docker.io, as it does for the kubelet.
 */
export function parseMatch(text: string): ParsedMatch {
  if (text.trim() === '') return { ok: false, problem: 'is empty; write a registry such as registry.example.com:5000' };
  const parsed = parseRegistryKey(text);
  const failed = (problem: string): ParsedMatch => ({
    ok: false,
    problem: `${shown(parsed.ok ? parsed.key.written : parsed.written)} ${problem}; ${example}`,
  });
  if (!parsed.ok) return failed(`is not a registry (${parsed.fault})`);
  const { index, written } = parsed.key;
  const match = index === dockerHubIndex ? parseLocation('docker.io') : parsed.key.location;
  if (match === undefined || match.hostParts.every((part) => part === '')) return failed('is not a registry (host)');
  return { ok: true, written, index, match };
}

const example = 'write host, port and path as images do, such as registry.example.com:5000 or *.example.com/team';
