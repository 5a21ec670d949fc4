import { describe, expect, test } from 'vitest';
import { formats, render } from '../../../src/report/format/format.ts';
import { jsonOf } from '../../../src/report/format/json.ts';
import { stepSummaryOf } from '../../../src/report/format/step-summary.ts';
import { hostile, image, mixed, report, vast, wide, workload } from '../reports.ts';

const plain = { color: false };

describe.each(formats)('%s', (format) => {
  test('ends with one line break', () => {
    for (const one of [mixed, hostile, report([])]) expect(render(one, format, plain)).toMatch(/[^\n]\n$/);
  });

  test('lets no escape sequence, no turned direction and no raw control character through', () => {
    expect(render(hostile, format, plain)).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\uffff]/u);
  });

  test('tells thousands of findings, however they are spread', () => {
    for (const one of [vast, wide]) expect(render(one, format, plain)).not.toBe('');
  });
});

test('json is the report itself', () => {
  const text = jsonOf(mixed);
  expect(JSON.parse(text)).toEqual(mixed);
  expect(text.startsWith('{\n  "apiVersion": "pullgate.dev/v1alpha1",\n')).toBe(true);
});

test('json escapes what a terminal could act upon, and means the same', () => {
  const written = 'a\u009b31m\u202e\u{e0041}\u2028\ud800';
  const text = jsonOf(report([workload('web', [image(written)])]));
  expect(text).toContain(String.raw`"a\u009b31m\u202e\udb40\udc41\u2028\ud800"`);
  expect(JSON.parse(text).results[0].images[0].image).toBe(written);
});

test('a summary of a step stays below the size that GitHub takes', () => {
  for (const one of [vast, wide]) expect(new TextEncoder().encode(stepSummaryOf(one)).length).toBeLessThan(1 << 20);
});
