import { describe, expect, test } from 'vitest';
import type { NamespaceLookup } from '../../../src/core/object/namespace.ts';
import { modeOfNamespace } from '../../../src/core/verdict/mode-of.ts';
import { type Mode, modes } from '../../../src/core/verdict/verdict.ts';

function labelled(label?: string): Extract<NamespaceLookup, { kind: 'found' }> {
  const labels = new Map(label === undefined ? [] : [['pullgate.dev/mode', label]]);
  return { kind: 'found', namespace: { name: 'shop', labels } };
}

function modeOf(lookup: NamespaceLookup, otherwise: Mode = 'enforce', exemptNamespaces: readonly string[] = []) {
  return modeOfNamespace('shop', lookup, { default: otherwise, exemptNamespaces });
}

/** What is left of each mode where nothing may be denied. */
const harmless: readonly (readonly [Mode, Mode])[] = [
  ['enforce', 'warn'],
  ['warn', 'warn'],
  ['audit', 'audit'],
  ['off', 'off'],
];

describe('the mode of a namespace', () => {
  test.each(modes)('is what its label says: %s', (mode) => {
    expect(modeOf(labelled(mode), mode === 'off' ? 'enforce' : 'off', ['shop'])).toEqual({ mode });
  });

  test.each(modes)('is that of the configuration without a label: %s', (mode) => {
    expect(modeOf(labelled(), mode)).toEqual({ mode });
    expect(modeOf({ kind: 'absent' }, mode)).toEqual({ mode });
  });

  test('is off for an exempt one without a label', () => {
    expect(modeOf(labelled(), 'enforce', ['shop'])).toEqual({ mode: 'off' });
  });

  test.each(['', 'Enforce', '__proto__', 'x'.repeat(1_000_000)])('is none of an unknown label', (label) => {
    expect(modeOf(labelled(label))).toEqual({ mode: 'enforce', unknownValue: label });
  });
});

describe('a namespace that could not be read', () => {
  test.each(harmless)('by default %s: %s', (otherwise, mode) => {
    expect(modeOf({ kind: 'unknown', why: 'status 403' }, otherwise)).toEqual({ mode });
  });
});

describe('a namespace that could not be read lately', () => {
  test.each(harmless)('its label said %s: %s', (label, mode) => {
    expect(modeOf({ ...labelled(label), isStale: true })).toEqual({ mode });
  });

  test.each(harmless)('it had no label, by default %s: %s', (otherwise, mode) => {
    expect(modeOf({ ...labelled(), isStale: true }, otherwise)).toEqual({ mode });
  });

  test('its label was mistyped', () => {
    expect(modeOf({ ...labelled('of'), isStale: true })).toEqual({ mode: 'warn', unknownValue: 'of' });
  });
});
