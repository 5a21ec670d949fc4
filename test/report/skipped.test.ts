import { expect, test } from 'vitest';
import { foldedSkips } from '../../src/report/skipped.ts';

const skipped = (directory: string, reason = 'untyped') => ({ reason, directory });

test('are counted by reason, and by directory', () => {
  const all = [
    skipped('k8s'),
    skipped('.', 'values'),
    skipped('k8s'),
    skipped('-'),
    { ...skipped('docs', 'node-without-info'), name: '<node-name>' },
  ];
  expect(foldedSkips(all)).toEqual([
    {
      reason: 'untyped',
      count: 3,
      directories: [
        { directory: 'k8s', count: 2 },
        { directory: '-', count: 1 },
      ],
    },
    { reason: 'values', count: 1, directories: [{ directory: '.', count: 1 }] },
    {
      reason: 'node-without-info',
      count: 1,
      directories: [{ directory: 'docs', count: 1 }],
      names: ['<node-name>'],
    },
  ]);
});

test('of more than five directories the deepest are counted to those around them', () => {
  const deep = Array.from({ length: 30 }, (_, index) => skipped(`charts/c${index}/templates/tests`));
  const all = [...deep, skipped('other')];

  expect(foldedSkips(all)[0]?.directories).toEqual([
    { directory: 'charts', count: 30 },
    { directory: 'other', count: 1 },
  ]);
});

test('directories at the root are not folded further', () => {
  const all = Array.from({ length: 7 }, (_, index) => skipped(`/d${index}`));

  expect(foldedSkips(all)[0]?.directories).toEqual([{ directory: '/', count: 7 }]);
});
