/** `pullgate config`: what a configuration file may say, and whether one does. */
import schema from '../../../docs/configuration.schema.json' with { type: 'json' };
import type { CommandSpec } from '../../cli/command.ts';
import { helpOf } from '../../cli/help.ts';
import { parseFlags, usage } from '../../cli/parse-flags.ts';
import { readConfig } from '../../config/read-config.ts';

export const configCommand = {
  name: 'pullgate config',
  operands: 'check FILE…|schema',
  choices: ['check', 'schema'],
  summary:
    'Checks configuration files, or prints the JSON Schema of them. Files that a configuration names are not opened.',
  flags: { help: { short: 'h', help: 'Print this help.' } },
  notes: [
    'Exit codes: 0 all files are valid, 2 one is not, or bad usage.',
    `Editors check a file by the schema that its first line names:\n  # yaml-language-server: $schema=${schema.$id}`,
  ],
} as const satisfies CommandSpec;

type Surroundings = {
  readonly standardOutput: { readonly write: (text: string) => unknown };
  readonly standardError: { readonly write: (text: string) => unknown };
};

/** @returns the exit code. @throws UsageError */
export async function runConfig(
  args: readonly string[],
  { standardOutput, standardError }: Surroundings,
): Promise<number> {
  const { operands, given } = parseFlags(configCommand, args);
  if (given.has('help')) {
    standardOutput.write(helpOf(configCommand));
    return 0;
  }
  const [what, ...files] = operands;
  if (what === 'schema' && files.length === 0) {
    standardOutput.write(`${JSON.stringify(schema, undefined, 2)}\n`);
    return 0;
  }
  if (what !== 'check') throw usage(configCommand, 'say "check FILE" or "schema"');
  if (files.length === 0) throw usage(configCommand, 'name the file to check');
  let exitCode = 0;
  for (const file of files) {
    const read = await readConfig(file);
    if (read.ok) standardOutput.write(`${file}: valid\n`);
    else {
      for (const problem of read.problems) standardError.write(`${problem}\n`);
      exitCode = 2;
    }
  }
  return exitCode;
}
