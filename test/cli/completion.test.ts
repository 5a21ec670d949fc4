import { execFile } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { completionOf, shells } from '../../src/cli/completion.ts';
import { runPullgate } from '../support/check.ts';

const commands = [
  {
    name: 'pullgate check',
    operands: '[PATH…]',
    summary: "Checks manifests. It's quick: try it.",
    flags: {
      output: { short: 'o', value: 'FORMAT', choices: ['text', 'json'], repeatable: true, help: 'A format.' },
      config: { value: 'FILE', help: 'Configuration [file]: one.' },
      strict: { help: "Don't skip." },
    },
    notes: [],
  },
  {
    name: 'pullgate config',
    operands: 'check|schema',
    choices: ['check', 'schema'],
    summary: 'C.',
    flags: {},
    notes: [],
  },
] as const;

/** What bash would offer for these words, the last of which is typed. */
function offered(script: string, words: readonly string[]): Promise<readonly string[]> {
  const ask = `${script}\nCOMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _pullgate; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return new Promise((resolve, reject) => {
    execFile('bash', ['-c', ask, 'bash', ...words], (error, output) =>
      error === null ? resolve(output.split('\n').filter((line) => line !== '')) : reject(error),
    );
  });
}

describe('bash', () => {
  test.each<readonly [readonly string[], readonly string[]]>([
    [
      ['pullgate', 'c'],
      ['check', 'config'],
    ],
    [['pullgate', 'check', '--c'], ['--config']],
    [
      ['pullgate', 'check', '-o', ''],
      ['text', 'json'],
    ],
    [['pullgate', 'check', '--output', 'j'], ['json']],
    [
      ['pullgate', 'config', ''],
      ['check', 'schema'],
    ],
    [['pullgate', 'check', 'k8s'], []],
  ])('%j', async (words, expected) => {
    expect(await offered(completionOf('bash', commands), words)).toEqual(expected);
  });
});

test('zsh is told names, values and where files are expected', () => {
  const script = completionOf('zsh', commands);

  expect(script).toContain("'check:Checks manifests'");
  expect(script).toContain("'*-o[A format]:FORMAT:(text json)'");
  expect(script).toContain("'--config[Configuration (file)]:FILE:_files'");
  expect(script).toContain("'--strict[Dont skip]'");
});

test('fish is told names, values and where files are expected', () => {
  const lines = completionOf('fish', commands).split('\n');

  expect(lines).toContain(
    "complete -c pullgate -n '__fish_seen_subcommand_from check' -l output -s o -x -a 'text json' -d 'A format'",
  );
  expect(lines).toContain(
    "complete -c pullgate -n '__fish_seen_subcommand_from check' -l config -r -d 'Configuration [file]'",
  );
});

test.each(shells)('%s knows every command of the help', async (shell) => {
  const { output: help } = await runPullgate(['--help']);
  const named = [...help.matchAll(/^ {2}([a-z]+)(?:\s|$)/gm)].map(([, name]) => name ?? '');
  const { output: script } = await runPullgate(['completion', shell]);

  expect(named.length).toBeGreaterThan(4);
  expect(named.filter((name) => !new RegExp(`\\b${name}\\b`).test(script))).toEqual([]);
});

test('a shell must be named', async () => {
  const { errors, exitCode } = await runPullgate(['completion', 'tcsh']);

  expect(errors.split('\n')[0]).toBe('pullgate completion: name one shell: bash, zsh, fish');
  expect(exitCode).toBe(2);
});
