import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findingCodes } from '../../src/core/finding/catalogue.ts';
import type { Finding } from '../../src/core/finding/finding.ts';
import type { LevelOf } from '../../src/core/verdict/verdict.ts';
import { type AdmissionLine, admissionLinesOf, denialOf, warningsOf } from '../../src/report/admission-text.ts';
import { aDeployment, aPod } from '../support/api-objects.ts';
import { effort } from '../support/effort.ts';
import { aFailedName, aFinding, findingCases } from './finding-cases.ts';
import { absent, aPrediction, levels, likelyAbsent, missingSecret, unpinned, unreachable } from './predictions.ts';

/** Every code is heard. */
const loud: LevelOf = (code) => (levels()(code) === 'deny' ? 'deny' : 'warn');

function linesOf(
  images: readonly (readonly [image: string, ...findings: readonly Finding[]])[],
  ofWorkload: readonly Finding[] = [],
  levelOf = levels(),
): readonly AdmissionLine[] {
  const object = aPod({ images: images.map(([image]) => image) });
  const byImage = images.map(([, ...findings]) => findings);
  return admissionLinesOf(aPrediction(object, { byImage, ofWorkload }, levelOf), levelOf);
}

const denied = () => 'would be denied';
const warned = (...given: Parameters<typeof linesOf>) => warningsOf(linesOf(...given), denied);

describe('the lines', () => {
  test('come in the order of the images, those of the workload last', () => {
    const lines = linesOf([['a'], ['nginx:latestt', absent], ['gcr.io/b', unreachable('gcr.io')]], [missingSecret]);
    expect(lines.map(({ weight, field, image, finding }) => [weight, field, image, finding.code])).toEqual([
      ['deny', 'spec.containers[1].image', 'nginx:latestt', 'manifest-not-found'],
      ['warn', 'spec.containers[2].image', 'gcr.io/b', 'registry-unreachable'],
      ['allow', 'spec', 'a, nginx:latestt and gcr.io/b', 'pull-secret-not-found'],
    ]);
  });

  test.each(['off', 'report'] as const)('leave out what is of level %s', (level) => {
    expect(linesOf([['nginx:latestt', absent]], [], levels({ 'manifest-not-found': level }))).toEqual([]);
  });

  test('name the fields of templates as they stand there', () => {
    const prediction = aPrediction(aDeployment({ images: ['nginx:latestt'] }), {
      byImage: [[absent]],
      ofWorkload: [missingSecret],
    });
    expect(admissionLinesOf(prediction, levels()).map(({ field }) => field)).toEqual([
      'spec.template.spec.containers[0].image',
      'spec.template.spec',
    ]);
  });
});

const said = 'nginx:latestt: docker.io/library/nginx has no tag latestt (nearest: latest)';
const nextStep = 'Use nginx:latest, or push the missing tag';

describe('a denial', () => {
  test('says once for all findings that nobody could look for a use of the images', () => {
    const unseen = { ...absent, unseenUse: 'grant pullgate list on pods' };
    const { message } = denialOf(linesOf([['nginx:latestt', unseen, unseen]]));
    expect(message.split('\n').at(-1)).toBe(
      '- pullgate could not look up whether the image is in use: grant pullgate list on pods',
    );
    expect(message.split('grant pullgate list on pods')).toHaveLength(2);
  });

  test('of one finding says it once, with its field and its next step', () => {
    expect(denialOf(linesOf([['nginx:latestt', absent]]))).toEqual({
      message: [
        `${said} [manifest-not-found]`,
        `- spec.containers[0].image: nginx:latestt [manifest-not-found]. ${nextStep}`,
      ].join('\n'),
      causes: [{ reason: 'ManifestNotFound', message: `${said}. ${nextStep}`, field: 'spec.containers[0].image' }],
    });
  });

  test('of several says the first whole, how many more there are, and each with its field', () => {
    const name = aFinding({ code: 'invalid-image-name', parsed: aFailedName('Nginx') });
    const nameSaid =
      'Nginx: is not a valid image name: invalid reference format: repository name (library/Nginx) must be lowercase';
    const nameStep = 'Use the form [HOST[:PORT]/]PATH[:TAG][@DIGEST] with PATH in lower case';
    expect(
      denialOf(
        linesOf([
          ['nginx:latestt', absent],
          ['Nginx', name],
        ]),
      ),
    ).toEqual({
      message: [
        `${said} [manifest-not-found] (and 1 more)`,
        `- spec.containers[0].image: nginx:latestt [manifest-not-found]. ${nextStep}`,
        `- spec.containers[1].image: ${nameSaid} [invalid-image-name]. ${nameStep}`,
      ].join('\n'),
      causes: [
        { reason: 'ManifestNotFound', message: `${said}. ${nextStep}`, field: 'spec.containers[0].image' },
        { reason: 'InvalidImageName', message: `${nameSaid}. ${nameStep}`, field: 'spec.containers[1].image' },
      ],
    });
  });

  test('of the workload names its images', () => {
    const levelOf = levels({ 'pull-secret-not-found': 'deny' });
    const { message, causes } = denialOf(linesOf([['a']], [missingSecret], levelOf));
    expect(message).toBe(
      [
        'a: the kubelet skips pull Secret regcred because it does not exist in namespace shop [pull-secret-not-found]',
        '- spec: a [pull-secret-not-found]. Create the Secret, or remove it from spec.imagePullSecrets and from the ServiceAccount',
      ].join('\n'),
    );
    expect(causes).toEqual([
      {
        reason: 'PullSecretNotFound',
        message:
          'a: the kubelet skips pull Secret regcred because it does not exist in namespace shop. Create the Secret, or remove it from spec.imagePullSecrets and from the ServiceAccount',
        field: 'spec',
      },
    ]);
  });

  test('of a hundred shows twenty and counts the rest; sixty-four are causes', () => {
    const images = Array.from({ length: 100 }, () => ['nginx:latestt', absent] as const);
    const { message, causes } = denialOf(linesOf(images));
    const lines = message.split('\n');
    expect(lines).toHaveLength(22);
    expect(lines[0]).toBe(`${said} [manifest-not-found] (and 99 more)`);
    expect(lines[20]).toBe(`- spec.containers[19].image: ${said} [manifest-not-found]. ${nextStep}`);
    expect(lines[21]).toBe('- and 80 more');
    expect(causes).toHaveLength(64);
  });

  test('needs a reason', () => {
    expect(() => denialOf([])).toThrow(new Error('a denial without a reason'));
  });
});

describe('a warning', () => {
  test('says of a denial what becomes of it', () => {
    const lines = linesOf([['nginx:latestt', absent]]);
    expect(warningsOf(lines, () => 'not denied')).toEqual([`not denied: ${said} [manifest-not-found]`]);
  });

  test('says why something is only likely', () => {
    expect(warned([['nginx:latestt', likelyAbsent]])).toEqual([
      'likely to fail: nginx:latestt: docker.io/library/nginx has no tag latestt (nearest: latest; the registry may be a proxy cache) [manifest-not-found]',
    ]);
  });

  test('shows an empty image as one', () => {
    const name = aFinding({ code: 'invalid-image-name', parsed: aFailedName('') });
    expect(warned([['', name]])).toEqual([
      'would be denied: (no image): is not a valid image name: invalid reference format [invalid-image-name]',
    ]);
  });

  test('comes for denials first, then for what is likely, unconfirmed, and worth a word', () => {
    const warnings = warned(
      [
        ['redis', { ...unpinned }],
        ['gcr.io/a', unreachable('gcr.io')],
        ['nginx:latestt', likelyAbsent],
        ['nginx:latestt', absent],
      ],
      [missingSecret],
      levels({ 'unpinned-image': 'warn' }),
    );
    expect(warnings).toEqual([
      `would be denied: ${said} [manifest-not-found]`,
      'likely to fail: nginx:latestt: docker.io/library/nginx has no tag latestt (nearest: latest; the registry may be a proxy cache) [manifest-not-found]',
      'could not confirm gcr.io/a: gcr.io did not answer in time [registry-unreachable]',
      'redis: the image has a tag but no digest, so it can change between pulls [unpinned-image]',
      'redis, gcr.io/a and 2 more: the kubelet skips pull Secret regcred because it does not exist in namespace shop [pull-secret-not-found]',
    ]);
  });
});

describe('images that could not be confirmed share a line', () => {
  test('with the reason, where it is the same', () => {
    expect(warned(['a', 'b', 'c'].map((name) => [`gcr.io/${name}`, unreachable('gcr.io')] as const))).toEqual([
      'could not confirm gcr.io/a, gcr.io/b and gcr.io/c: gcr.io did not answer in time [registry-unreachable]',
    ]);
  });

  test('with what they have in common, where the reasons differ', () => {
    expect(
      warned([
        ['gcr.io/a', unreachable('gcr.io')],
        ['quay.io/a', unreachable('quay.io')],
      ]),
    ).toEqual(['could not confirm gcr.io/a and quay.io/a: registry cannot be reached [registry-unreachable]']);
  });

  test('a line for each code', () => {
    const limited = aFinding({ code: 'rate-limited', registry: 'docker.io' });
    expect(
      warned([
        ['gcr.io/a', unreachable('gcr.io')],
        ['nginx', limited],
        ['gcr.io/b', unreachable('gcr.io')],
      ]),
    ).toEqual([
      'could not confirm gcr.io/a and gcr.io/b: gcr.io did not answer in time [registry-unreachable]',
      'could not confirm nginx: docker.io answers 429 Too Many Requests [rate-limited]',
    ]);
  });

  test('an image used twice is named once', () => {
    const finding = unreachable('gcr.io');
    expect(
      warned([
        ['gcr.io/a', finding],
        ['gcr.io/a', finding],
      ]),
    ).toEqual(['could not confirm gcr.io/a: gcr.io did not answer in time [registry-unreachable]']);
  });

  test('four are named, the rest counted', () => {
    const images = Array.from({ length: 200 }, (_, index) => [`gcr.io/${index}`, unreachable('gcr.io')] as const);
    expect(warned(images)).toEqual([
      'could not confirm gcr.io/0, gcr.io/1, gcr.io/2 and 197 more: gcr.io did not answer in time [registry-unreachable]',
    ]);
  });
});

const absentImages = (length: number) => Array.from({ length }, () => ['nginx:latestt', absent] as const);

describe('there are at most eight warnings', () => {
  test('eight are all shown', () => {
    expect(warned(absentImages(8))).toEqual(absentImages(8).map(() => `would be denied: ${said} [manifest-not-found]`));
  });

  test('of more seven are shown, and the rest counted', () => {
    const warnings = warned(absentImages(40));
    expect(warnings).toHaveLength(8);
    expect(warnings.at(-1)).toBe('pullgate: 33 more findings');
  });
});

const hostileNames = [
  { what: 'a line break', image: 'nginx\nWarning: all is well', shown: 'nginx\\u{a}Warning: all is well' },
  { what: 'a tab', image: 'nginx\t1', shown: 'nginx\\u{9}1' },
  { what: 'colours', image: '\u001B[32mnginx\u001B[0m', shown: '\\u{1b}[32mnginx\\u{1b}[0m' },
  { what: 'a change of direction', image: 'ng\u202Exni', shown: 'ng\\u{202e}xni' },
  { what: 'an invisible character', image: 'ngi\u200Bnx', shown: 'ngi\\u{200b}nx' },
  { what: 'a letter that looks like another', image: 'nginx:\u043E1', shown: 'nginx:\\u{43e}1' },
  { what: 'half a character', image: 'nginx\uD83D', shown: 'nginx\\u{d83d}' },
  { what: 'NUL', image: 'nginx\u0000', shown: 'nginx\\u{0}' },
];

describe('an image name cannot pass for our own words', () => {
  test.each(hostileNames)('$what', ({ image, shown }) => {
    const lines = linesOf([[image, aFinding({ code: 'invalid-image-name', parsed: aFailedName(image) })]]);
    const [warning] = warningsOf(lines, denied);
    expect(warning?.startsWith(`would be denied: ${shown}: is not a valid image name: `)).toBe(true);
    expect(warning).toMatch(/^[ -~]+ \[invalid-image-name\]$/);
    const { message, causes } = denialOf(lines);
    expect(message.split('\n')).toHaveLength(2);
    expect(message.startsWith(`${shown}: is not a valid image name: `)).toBe(true);
    expect(message).toMatch(/^[\n -~]+$/);
    expect(causes.map((cause) => /^[ -~]+$/.test(cause.message))).toEqual([true]);
  });

  test('however long it is', () => {
    const image = `Nginx${'\u202E'.repeat(1_000_000)}`;
    const lines = linesOf([[image, aFinding({ code: 'invalid-image-name', parsed: aFailedName(image) })]]);
    const [warning = ''] = warningsOf(lines, denied);
    expect(warning).toMatch(/^would be denied: Nginx\\u\{202e\}.* \[invalid-image-name\]$/);
    expect(warning).toHaveLength(256);
    const { message } = denialOf(lines);
    expect(message.length).toBeLessThan(2000);
  });
});

test('whatever was found: few lines, short, printable, each with its code', () => {
  const anImage = fc.tuple(
    fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.constantFrom(...hostileNames.map(({ image }) => image))),
    fc.array(fc.constantFrom(...findingCases.map(({ finding }) => finding)), { maxLength: 3 }),
  );
  const inCode = new RegExp(`\\[(?:${findingCodes.join('|')})\\]$`);
  fc.assert(
    fc.property(fc.array(anImage, { minLength: 1, maxLength: 12 }), (images) => {
      const lines = linesOf(
        images.map(([image, findings]) => [image, ...findings] as const),
        [missingSecret],
        loud,
      );
      const warnings = warningsOf(lines, denied);
      expect(warnings.length).toBeLessThanOrEqual(8);
      expect(warnings.length).toBeGreaterThan(0);
      for (const warning of warnings) {
        expect(warning).toMatch(/^[ -~]{1,256}$/);
        expect(inCode.test(warning) || /^pullgate: \d+ more findings$/.test(warning)).toBe(true);
      }
      const { message, causes } = denialOf(lines);
      expect(message).toMatch(/^[\n -~]+$/);
      expect(message.split('\n').length).toBe(Math.min(lines.length, 20) + 1 + (lines.length > 20 ? 1 : 0));
      expect(causes).toHaveLength(lines.length);
    }),
    { numRuns: effort(100, 500) },
  );
});
