/** What a next step proposes to run is a command that a shell takes, whatever the names in it. */
import { execFileSync } from 'node:child_process';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { shellQuoted } from '../../src/report/words/command.ts';
import { createSecretCommand } from '../../src/report/words/credential-words.ts';
import { findingCases } from './finding-cases.ts';

const commandIn = /\brun: (.*)$/i;
const commands = [
  ...new Set(findingCases.flatMap(({ nextStep }) => commandIn.exec(nextStep)?.[1] ?? [])),
  createSecretCommand('regcred', 'shop', 'docker.io', false),
];

function parsedByBash(command: string): boolean {
  execFileSync('bash', ['-n', '-c', command], { stdio: 'pipe' });
  return true;
}

test('next steps propose commands', () => {
  expect(commands.length).toBeGreaterThan(4);
});

test.each(commands)('bash parses: %s', (command) => {
  expect(parsedByBash(command)).toBe(true);
});

test.each([
  ['regcred', 'regcred'],
  ['https://index.docker.io/v1/', 'https://index.docker.io/v1/'],
  ['my dir/k8s', "'my dir/k8s'"],
  ['a;reboot', "'a;reboot'"],
  ['$(reboot)', "'$(reboot)'"],
  ["it's", String.raw`'it'\''s'`],
  ['-n', "'-n'"],
  ['', "''"],
])('%s is one word of a shell', (text, written) => {
  expect(shellQuoted(text)).toBe(written);
});

test('whatever a manifest names, the shell reads it as one word', () => {
  const names = fc.array(fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 20 }), {
    minLength: 1,
    maxLength: 20,
  });
  fc.assert(
    fc.property(names, (texts) => {
      const script = `set -- ${texts.map(shellQuoted).join(' ')}; echo $#`;
      expect(execFileSync('bash', ['-c', script], { encoding: 'utf8' })).toBe(`${texts.length}\n`);
    }),
    { numRuns: 30 },
  );
});
