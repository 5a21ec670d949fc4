import type { CommandSpec } from '../../cli/command.ts';
import { helpOf } from '../../cli/help.ts';
import type { ParsedFlags } from '../../cli/parse-flags.ts';
import { type Output, unwritten } from '../../examination/outputs.ts';
import type { RunningSurroundings } from './run.ts';

/** Prints it. */
export function helpWanted(command: CommandSpec, flags: ParsedFlags, { standardOutput }: RunningSurroundings): boolean {
  if (!flags.given.has('help')) return false;
  standardOutput.write(helpOf(command));
  return true;
}

/** @returns true where one could not be written, which is said */
export async function writeOutputs<Format extends string>(
  command: CommandSpec,
  outputs: readonly Output<Format>[],
  { standardOutput, standardError, environment }: RunningSurroundings,
  render: (format: Format, color: boolean) => string,
): Promise<boolean> {
  const hasColor = standardOutput.isTTY === true && !environment.NO_COLOR;
  for (const { format, file } of outputs) {
    const text = render(format, file === undefined && hasColor);
    if (file === undefined) standardOutput.write(text);
    else {
      const failure = await unwritten(file, text);
      if (failure === undefined) continue;
      standardError.write(`${command.name}: ${failure}\n`);
      return true;
    }
  }
  return false;
}
