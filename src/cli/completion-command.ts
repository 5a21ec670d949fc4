import type { CommandSpec } from './command.ts';
import { completionOf, shells } from './completion.ts';
import { helpOf } from './help.ts';
import { parseFlags, usage } from './parse-flags.ts';

export const completionCommand = {
  name: 'pullgate completion',
  operands: 'bash|zsh|fish',
  choices: shells,
  summary: 'Prints a script that completes commands and flags in a shell.',
  flags: { help: { short: 'h', help: 'Print this help.' } },
  notes: [
    'Examples:\n  source <(pullgate completion bash)\n  source <(pullgate completion zsh)\n  pullgate completion fish | source',
  ],
} as const satisfies CommandSpec;

/** @returns what to print. @throws UsageError */
export function completionText(args: readonly string[], commands: readonly CommandSpec[]): string {
  const { operands, given } = parseFlags(completionCommand, args);
  if (given.has('help')) return helpOf(completionCommand);
  const [written, ...more] = operands;
  const shell = shells.find((known) => known === written);
  if (shell === undefined || more.length > 0) throw usage(completionCommand, `name one shell: ${shells.join(', ')}`);
  return completionOf(shell, commands);
}
