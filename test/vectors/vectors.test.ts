import { describe, expect, test } from 'vitest';
import { families } from './families.ts';
import { play, readVectorFiles } from './play.ts';

const files = await readVectorFiles(import.meta.dirname);

test('a file for each family, and a family for each file', () => {
  expect(files.map((file) => file.family)).toEqual([...families.keys()].toSorted());
});

describe.each(files)('$family', ({ family: name, cases }) => {
  const family = families.get(name);

  test.each(cases)('$name', (vector) => {
    if (family === undefined) throw new Error(`no family ${name}`);
    expect(play(family, vector)).toBeUndefined();
  });
});
