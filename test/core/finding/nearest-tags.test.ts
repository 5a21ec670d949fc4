import { expect, test } from 'vitest';
import { nearestTags } from '../../../src/core/finding/nearest-tags.ts';

test.each<readonly [string, string, readonly string[], readonly string[]]>([
  ['fewest edits first', 'latestt', ['late', 'latest', 'lates'], ['latest', 'lates', 'late']],
  ['then the longest common beginning', '1.25', ['2.25', '1.26'], ['1.26', '2.25']],
  ['then the newest by its numbers', '1.2', ['1.9', '1.3', '1.7'], ['1.9', '1.7', '1.3']],
  ['numbers, not letters', 'v1.xx', ['v1.9', 'v1.10'], ['v1.10', 'v1.9']],
  ['three at most', '1.0', ['1.1', '1.2', '1.3', '1.4'], ['1.4', '1.3', '1.2']],
  ['a common beginning is enough', '1.25.4-alpine-slim', ['1.25'], ['1.25']],
  ['two edits are always a slip', 'ab', ['', 'cd'], ['cd', '']],
  ['a beginning of three characters is enough', 'abcdefgh', ['abcxyzuvwq'], ['abcxyzuvwq']],
  ['a third of the longer one may differ', 'bcdefghi', ['abcdefghijkl'], ['abcdefghijkl']],
  ['the tag itself', 'latest', ['latest'], ['latest']],
  ['nothing that is another word', 'stable', ['edge', 'main', 'v2'], []],
  ['no tags', 'latest', [], []],
  ['what looks the same first', '1.O', ['1.1', '1.0', '1.2'], ['1.0', '1.2', '1.1']],
  ['__proto__ is a tag', '__proto', ['__proto__', 'constructor'], ['__proto__']],
])('%s', (_name, missing, tags, expected) => {
  expect(nearestTags(missing, tags)).toEqual(expected);
});

test('a list is not searched to its end', () => {
  const far = Array.from({ length: 20_000 }, (_, index) => `build-${index}`);

  expect(nearestTags('latest', [...far.slice(1), 'lates'])).toEqual(['lates']);
  expect(nearestTags('latest', [...far, 'lates'])).toEqual([]);
});
