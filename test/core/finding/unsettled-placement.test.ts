/** Nodes that the Pods of a template are only kept away from: which of them could take what fails on every candidate. */
import { describe, expect, test } from 'vitest';
import type { FindingDetail } from '../../../src/core/finding/finding.ts';
import type { GroupResult } from '../../../src/core/finding/group-result.ts';
import { isAboutPlatform, unsettledPlacement } from '../../../src/core/finding/unsettled-placement.ts';
import type { Platform } from '../../../src/core/image/platform.ts';
import type { Node } from '../../../src/core/node/node.ts';
import { planPulls } from '../../../src/core/pull/plan.ts';
import { aDeployment, aWorker, aWorld, type NodeWords, planSettings } from '../../support/judging.ts';

const descriptor = { mediaType: '', digest: '', size: 0, hasUrls: false };
const amd64: Platform = { os: 'linux', architecture: 'amd64' };
const arm64: Platform = { os: 'linux', architecture: 'arm64' };
const i386: Platform = { os: 'linux', architecture: '386' };
const s390x: Platform = { os: 'linux', architecture: 's390x' };

const offering = (...offers: readonly Platform[]): FindingDetail => ({
  code: 'no-matching-platform',
  offers,
  wanted: [amd64],
});
const missing = (part: 'root' | 'manifest' | 'config' | 'layer'): FindingDetail => ({
  code: 'incomplete-image',
  missing: part,
  descriptor,
});
const malformed: FindingDetail = { code: 'unsupported-manifest', problem: { kind: 'malformed', error: 'e' } };
const artifact: FindingDetail = { code: 'unsupported-manifest', problem: { kind: 'artifact', configType: 'a' } };
const tooLarge: FindingDetail = { code: 'unsupported-manifest', problem: { kind: 'too-large', bytes: 9_000_000 } };
const unreachable: FindingDetail = { code: 'registry-unreachable', registry: 'a', cause: 'dns' };

const tainted = (name: string, words: NodeWords = {}) =>
  aWorker(name, { taints: [{ key: 'team', value: 'ml', effect: 'NoSchedule' }], ...words });

/** What fails on all candidates, and the other nodes of the same cluster. */
function told(detail: FindingDetail, ...nodes: readonly Node[]): string | undefined {
  const { candidates } = planPulls(aDeployment(), aWorld({ nodes }), planSettings());
  if (candidates.kind !== 'groups') throw new Error('a candidate is expected');
  const failing = candidates.groups.map(
    (views): GroupResult => ({
      views,
      result: { kind: 'fails', why: { kind: 'oversized', host: 'a', bytes: 1 } },
      otherWayLeadsOn: false,
      evidenceAgeMs: 0,
    }),
  );
  return unsettledPlacement(detail, failing, candidates);
}

const onAmd64 = aWorker('a');
const onBoth = [onAmd64, aWorker('b', { architecture: 'arm64' })];
const keptAway = (platform: string) => `node t is ${platform} but is excluded by its taint team:NoSchedule`;
const maySuit = 'node t may suit it but is excluded by its taint team:NoSchedule';
const unknownPlatform = { architecture: '' };
const containerd17 = { runtime: 'containerd://1.7.20' };

describe('a node that is kept away could take', () => {
  test.each<readonly [string, FindingDetail, readonly Node[], string | undefined]>([
    [
      'what is offered for it',
      offering(arm64),
      [onAmd64, tainted('t', { architecture: 'arm64' })],
      keptAway('linux/arm64'),
    ],
    [
      'one of what is offered',
      offering(s390x, arm64),
      [onAmd64, tainted('t', { architecture: 'arm64' })],
      keptAway('linux/arm64'),
    ],
    ['what it runs besides', offering(i386), [onAmd64, tainted('t')], keptAway('linux/amd64')],
    [
      'nothing of what is offered for others',
      offering(s390x),
      [onAmd64, tainted('t', { architecture: 'arm64' })],
      undefined,
    ],
    [
      'what may be offered, if it is of another kind',
      offering(),
      [onAmd64, tainted('t', { architecture: 'arm64' })],
      keptAway('linux/arm64'),
    ],
    ['nothing, if it is of a kind that failed', offering(), [onAmd64, tainted('t')], undefined],
    [
      'nothing, if it is of one of the kinds that failed',
      offering(),
      [...onBoth, tainted('t', { architecture: 'arm64' })],
      undefined,
    ],
    ['what may be for its unknown platform', offering(s390x), [onAmd64, tainted('t', unknownPlatform)], maySuit],
    [
      'an index of which another entry is missing',
      missing('manifest'),
      [onAmd64, tainted('t', { architecture: 'arm64' })],
      keptAway('linux/arm64'),
    ],
    [
      'another operating system',
      missing('manifest'),
      [onAmd64, tainted('t', { os: 'windows' })],
      keptAway('windows/amd64'),
    ],
    ['no index of which its entry is missing', missing('manifest'), [onAmd64, tainted('t')], undefined],
    [
      'nothing of which the root is missing',
      missing('root'),
      [onAmd64, tainted('t', { architecture: 'arm64' })],
      undefined,
    ],
    [
      'nothing of which a layer is missing',
      missing('layer'),
      [onAmd64, tainted('t', { architecture: 'arm64' })],
      undefined,
    ],
    [
      'an index of which another entry is broken',
      malformed,
      [onAmd64, tainted('t', { architecture: 'arm64' })],
      keptAway('linux/arm64'),
    ],
    ['nothing whose own entry is broken', malformed, [onAmd64, tainted('t')], undefined],
    [
      'with another runtime what its kind cannot read',
      malformed,
      [onAmd64, tainted('t', containerd17)],
      keptAway('linux/amd64'),
    ],
    ['no artifact, whatever its platform', artifact, [onAmd64, tainted('t', { architecture: 'arm64' })], undefined],
    ['an artifact with another runtime', artifact, [onAmd64, tainted('t', containerd17)], keptAway('linux/amd64')],
    [
      'no artifact with a runtime that failed elsewhere',
      artifact,
      [onAmd64, aWorker('b', containerd17), tainted('t', containerd17)],
      undefined,
    ],
    [
      'nothing that is too large',
      tooLarge,
      [onAmd64, tainted('t', { architecture: 'arm64', ...containerd17 })],
      undefined,
    ],
    [
      'nothing that no registry gives',
      unreachable,
      [onAmd64, tainted('t', { architecture: 'arm64', ...containerd17 })],
      undefined,
    ],
  ])('%s', (_name, detail, nodes, expected) => {
    expect(told(detail, ...nodes)).toBe(expected);
  });
});

test.each<readonly [string, FindingDetail, boolean]>([
  ['a missing platform', offering(), true],
  ['a missing entry of an index', missing('manifest'), true],
  ['a missing config', missing('config'), false],
  ['an artifact', artifact, false],
])('%s depends on the platform: %s', (_name, detail, expected) => {
  expect(isAboutPlatform(detail)).toBe(expected);
});

test('of several nodes the first by name is named', () => {
  const [c, d, e] = ['c', 'd', 'e'].map((name) => tainted(name, { architecture: 'arm64' }));
  if (c === undefined || d === undefined || e === undefined) throw new Error('three nodes are expected');
  const first = 'node c is linux/arm64 but is excluded by its taint team:NoSchedule';

  expect(told(offering(arm64), onAmd64, c, d, e)).toBe(first);
  expect(told(offering(arm64), onAmd64, e, d, c)).toBe(first);
  expect(told(offering(arm64), onAmd64, d, c, e)).toBe(first);
});

describe('what keeps the Pods away', () => {
  const preferred = { key: 'spot', value: '', effect: 'PreferNoSchedule' };
  const refused = { key: 'gpu', value: '', effect: 'NoExecute' };
  const cordon = { key: 'node.kubernetes.io/unschedulable', value: '', effect: 'NoSchedule' };

  test.each<readonly [string, NodeWords, string]>([
    ['the first taint', { taints: [refused, cordon] }, 'its taint gpu:NoExecute'],
    ['not what is only preferred', { taints: [preferred, refused] }, 'its taint gpu:NoExecute'],
    ['a cordon', { unschedulable: true }, 'its cordon'],
    ['a cordon, with the taint that comes with it', { unschedulable: true, taints: [cordon] }, 'its cordon'],
  ])('%s', (_name, words, expected) => {
    expect(told(offering(arm64), onAmd64, aWorker('t', { architecture: 'arm64', ...words }))).toBe(
      `node t is linux/arm64 but is excluded by ${expected}`,
    );
  });
});
