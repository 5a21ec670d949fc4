/** `-o FORMAT[=FILE]`, read and written: the same for each command that has several formats. */
import { writeFile } from 'node:fs/promises';
import type { CommandSpec } from '../cli/command.ts';
import { usage } from '../cli/parse-flags.ts';
import { errorCode } from '../sources/files/error-reason.ts';

/** Without a file it goes to standard output. */
export type Output<Format extends string> = { readonly format: Format; readonly file?: string };

/** @throws UsageError */
export function outputsOf<Format extends string>(
  command: CommandSpec,
  written: readonly string[],
  formats: readonly Format[],
): readonly Output<Format>[] {
  const outputs = written.map((one): Output<Format> => {
    const [name = '', ...file] = one.split('=');
    const format = formats.find((known) => known === name);
    if (format === undefined)
      throw usage(command, `--output ${JSON.stringify(name)} is not one of ${formats.join(', ')}`);
    if (file.length > 0 && file.join('=') === '')
      throw usage(command, `--output ${name}= has no file; write ${name}=FILE, or ${name} alone`);
    return { format, ...(file.length > 0 && { file: file.join('=') }) };
  });
  const onStandardOutput = outputs.filter(({ file }) => file === undefined);
  if (onStandardOutput.length > 1)
    throw usage(
      command,
      `--output ${onStandardOutput.map(({ format }) => format).join(' and ')} both go to standard output; give a file for one of them: ${onStandardOutput[1]?.format}=FILE`,
    );
  const files = outputs.flatMap(({ file }) => (file === undefined ? [] : [file]));
  const twice = files.find((file, index) => files.indexOf(file) !== index);
  if (twice !== undefined) throw usage(command, `--output names ${JSON.stringify(twice)} twice; name another file`);
  return outputs;
}

/** @returns why it cannot be written, if it cannot */
export async function unwritten(file: string, text: string): Promise<string | undefined> {
  try {
    await writeFile(file, text);
    return undefined;
  } catch (error) {
    return `cannot write ${JSON.stringify(file)} of --output: ${errorCode(error)}; name another file`;
  }
}
