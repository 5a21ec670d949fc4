import { parseArgs } from 'node:util';
import { distance } from 'fastest-levenshtein';
import { type CommandSpec, UsageError } from './command.ts';

export type ParsedFlags = {
  readonly operands: readonly string[];
  /** The values of each flag that was given, in order. */
  readonly values: ReadonlyMap<string, readonly string[]>;
  /** Flags without a value that were given. */
  readonly given: ReadonlySet<string>;
};

/**
 * Reads the arguments of a command, GNU style: `--flag VALUE`, `--flag=VALUE`, `-f VALUE`, `--` ends the flags.
 * @throws UsageError that names the argument and the remedy.
 */
export function parseFlags(command: CommandSpec, args: readonly string[]): ParsedFlags {
  const options = Object.fromEntries(
    Object.entries(command.flags).map(([name, { short, value }]) => [
      name,
      {
        type: value === undefined ? ('boolean' as const) : ('string' as const),
        multiple: true as const,
        ...(short && { short }),
      },
    ]),
  );
  const { tokens } = parseArgs({ args: [...args], options, allowPositionals: true, strict: false, tokens: true });
  const values = new Map<string, readonly string[]>();
  const given = new Set<string>();
  const operands: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') operands.push(token.value);
    if (token.kind !== 'option') continue;
    const spec = command.flags[token.name];
    if (spec === undefined || !Object.hasOwn(command.flags, token.name)) throw unknownFlag(command, token.rawName);
    if (spec.value === undefined) {
      if (token.value !== undefined) throw usage(command, `${token.rawName} takes no value`);
      given.add(token.name);
      continue;
    }
    if (token.value === undefined || (!token.inlineValue && isFlag(token.value)))
      throw usage(command, `${token.rawName} needs a value: ${token.rawName} ${spec.value}`);
    const earlier = values.get(token.name) ?? [];
    if (earlier.length > 0 && spec.repeatable !== true)
      throw usage(command, `${token.rawName} is given twice; give it once`);
    values.set(token.name, [...earlier, token.value]);
  }
  return { operands, values, given };
}

/** A lone dash is standard input, and `-1` a number. */
function isFlag(text: string): boolean {
  return /^-[^\d]/.test(text);
}

function unknownFlag(command: CommandSpec, written: string): UsageError {
  const known = Object.keys(command.flags).map((name) => `--${name}`);
  const nearest = known.toSorted((one, other) => distance(written, one) - distance(written, other))[0] ?? '';
  // A third of the letters, and no more than three: what is further away was not meant.
  const isNear = distance(written, nearest) <= Math.min(3, Math.floor((written.length - 2) / 3));
  const hint = written.startsWith('--') && isNear ? `; did you mean ${nearest}?` : '';
  return usage(command, `unknown flag ${written}${hint}`);
}

/** One of a few words, or the default. */
export function choiceOf<T extends string>(
  command: CommandSpec,
  { values }: ParsedFlags,
  flag: string,
  choices: readonly T[],
  otherwise: T,
): T {
  const written = values.get(flag)?.at(-1);
  if (written === undefined) return otherwise;
  const chosen = choices.find((choice) => choice === written);
  if (chosen === undefined)
    throw usage(command, `--${flag} ${JSON.stringify(written)} is not one of ${choices.join(', ')}`);
  return chosen;
}

export function usage({ name }: CommandSpec, problem: string): UsageError {
  return new UsageError(`${name}: ${problem}\nRun "${name} --help" for its flags.`, problem);
}
