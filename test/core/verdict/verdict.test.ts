import { describe, expect, test } from 'vitest';
import { parseLocation } from '../../../src/core/credential/registry-key.ts';
import { catalogue, findingCodes, type Level, levels } from '../../../src/core/finding/catalogue.ts';
import type { Certainty, Finding, FindingCode } from '../../../src/core/finding/finding.ts';
import type { JudgedWorkload } from '../../../src/core/finding/judge-workload.ts';
import {
  actionOf,
  findingsOf,
  levelsWith,
  type Mode,
  modes,
  type Verdict,
  verdictOf,
  weightOf,
  withoutSilenced,
} from '../../../src/core/verdict/verdict.ts';
import { aPod } from '../../support/judging.ts';

const defaults = levelsWith(new Map());

function aFinding(certainty: Certainty): Finding {
  return { code: 'never-pulled', certainty, assuming: [] };
}

const pinned: Finding = { code: 'unpinned-image', certainty: 'advice', assuming: [] };
const moving: Finding = { code: 'mutable-tag-always-local', tag: 'latest', certainty: 'advice', assuming: [] };
const gone: Finding = {
  code: 'pull-secret-not-found',
  namespace: 'shop',
  name: 'a',
  certainty: 'advice',
  assuming: [],
};

describe('levels', () => {
  test.each(findingCodes)('%s has that of the catalogue unless the configuration says otherwise', (code) => {
    expect(defaults(code)).toBe(catalogue[code].level);
    expect(levelsWith(new Map([[code, 'off']]))(code)).toBe('off');
  });

  test('the configuration of one code is none of another', () => {
    expect(levelsWith(new Map([['unpinned-image', 'deny']]))('needless-always')).toBe('off');
  });

  /** The table of the contract, §2. */
  test.each<readonly [Level, readonly FindingCode[]]>([
    [
      'deny',
      [
        'invalid-image-name',
        'manifest-not-found',
        'access-denied',
        'credentials-rejected',
        'pull-secret-undecodable',
        'no-matching-platform',
        'unsupported-manifest',
        'incomplete-image',
      ],
    ],
    ['report', ['rate-limit-low', 'mutable-tag-always-local']],
    ['off', ['needless-always', 'unpinned-image']],
  ])('%s by default', (level, codes) => {
    expect(findingCodes.filter((code) => defaults(code) === level)).toEqual(codes);
  });

  test('deny by default only what can be certain', () => {
    expect(findingCodes.filter((code) => catalogue[code].best === 'certain')).toEqual(
      findingCodes.filter((code) => defaults(code) === 'deny'),
    );
  });
});

describe('the weight of one finding', () => {
  const byLevel: Readonly<Record<Certainty, readonly Verdict[]>> = {
    certain: ['allow', 'allow', 'warn', 'deny'],
    likely: ['allow', 'allow', 'warn', 'warn'],
    unconfirmed: ['allow', 'allow', 'warn', 'warn'],
    advice: ['allow', 'allow', 'allow', 'deny'],
  };
  const rows = (Object.keys(byLevel) as readonly Certainty[]).flatMap((certainty) =>
    levels.map((level, index) => [certainty, level, byLevel[certainty][index]] as const),
  );

  test.each(rows)('%s at level %s: %s', (certainty, level, weight) => {
    expect(weightOf(certainty === 'advice' ? pinned : aFinding(certainty), level)).toBe(weight);
  });

  test('advice of a code that can be certain is never denied: the level speaks of its certain findings', () => {
    const artifact: Finding = {
      code: 'unsupported-manifest',
      problem: { kind: 'artifact', configType: 'text/plain' },
      certainty: 'advice',
      assuming: [],
    };

    expect(weightOf(artifact, 'deny')).toBe('allow');
  });
});

describe('the verdict', () => {
  const levelOf = levelsWith(
    new Map<FindingCode, Level>([
      ['never-pulled', 'deny'],
      ['unpinned-image', 'deny'],
    ]),
  );

  test.each<readonly [string, readonly Finding[], Verdict]>([
    ['nothing found', [], 'allow'],
    ['advice alone', [gone, moving], 'allow'],
    ['something unconfirmed', [gone, aFinding('unconfirmed')], 'warn'],
    ['something likely', [aFinding('likely')], 'warn'],
    ['something certain among others', [aFinding('likely'), aFinding('certain'), gone], 'deny'],
    ["advice that is the operator's policy", [pinned], 'deny'],
  ])('%s', (_name, findings, verdict) => {
    expect(verdictOf({ images: [], findings }, levelOf)).toBe(verdict);
  });

  test('what is certain warns where its level says no more, and is silent below', () => {
    const certain = { images: [], findings: [aFinding('certain')] };

    expect(verdictOf(certain, levelsWith(new Map([['never-pulled', 'warn']])))).toBe('warn');
    expect(verdictOf(certain, levelsWith(new Map([['never-pulled', 'report']])))).toBe('allow');
  });
});

describe('levels of one registry', () => {
  const match = parseLocation('registry.test');
  if (match === undefined) throw new Error('it is a location');
  const general = new Map<FindingCode, Level>([['never-pulled', 'warn']]);

  test('stand above the general ones, for its images alone', () => {
    const levelOf = levelsWith(general, [{ match, findings: new Map([['never-pulled', 'report']]) }]);
    expect(levelOf('never-pulled', 'registry.test/team/app')).toBe('report');
    expect(levelOf('never-pulled', 'other.test/team/app')).toBe('warn');
    expect(levelOf('never-pulled')).toBe('warn');
    expect(levelOf('rate-limited', 'registry.test/team/app')).toBe('warn');
  });

  test('are silent of what is skipped, where nothing else is said', () => {
    expect(levelsWith(general, [{ match, skip: true }])('registry-not-examined', 'registry.test/app')).toBe('off');
    const said = [{ match, skip: true, findings: new Map([['registry-not-examined', 'report'] as const]) }];
    expect(levelsWith(general, said)('registry-not-examined', 'registry.test/app')).toBe('report');
  });
});

describe('the action', () => {
  test.each<readonly [Mode, readonly Verdict[]]>([
    ['enforce', ['deny', 'warn', 'allow']],
    ['warn', ['warn', 'warn', 'allow']],
    ['audit', ['allow', 'allow', 'allow']],
    ['off', ['allow', 'allow', 'allow']],
  ])('in mode %s', (mode, actions) => {
    expect((['deny', 'warn', 'allow'] as const).map((verdict) => actionOf(verdict, mode))).toEqual(actions);
  });

  test('every mode is tested', () => {
    expect(modes).toEqual(['enforce', 'warn', 'audit', 'off']);
  });
});

describe('findings of a workload', () => {
  const [use] = aPod().images;
  if (use === undefined) throw new Error('no image');
  const anImage = (findings: readonly Finding[]) => ({ use, outcome: 'pullable', findings, isExamined: true }) as const;
  const judged: JudgedWorkload = { images: [anImage([pinned, moving]), anImage([moving])], findings: [gone] };

  test('those of the images come first', () => {
    expect(findingsOf(judged)).toEqual([pinned, moving, moving, gone]);
  });

  test('those of level off are as if they had not been made', () => {
    expect(withoutSilenced(judged, defaults)).toEqual({
      images: [anImage([moving]), anImage([moving])],
      findings: [gone],
    });
    expect(withoutSilenced(judged, levelsWith(new Map([['pull-secret-not-found', 'off']]))).findings).toEqual([]);
  });
});
