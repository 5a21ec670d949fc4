/** Scripts that complete commands and flags in a shell, made of the tables that the commands themselves are read by. */
import type { CommandSpec, FlagSpec } from './command.ts';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** @param commands with their names as typed: `pullgate check` */
export function completionOf(shell: Shell, commands: readonly CommandSpec[]): string {
  const named = commands.map((command) => ({ ...command, word: command.name.slice(command.name.indexOf(' ') + 1) }));
  switch (shell) {
    case 'bash':
      return bashOf(named);
    case 'zsh':
      return zshOf(named);
    case 'fish':
      return fishOf(named);
  }
}

type Named = CommandSpec & { readonly word: string };
type Flag = readonly [name: string, spec: FlagSpec];

const flagsOf = ({ flags }: CommandSpec): readonly Flag[] => Object.entries(flags);
const choicesOf = ({ choices = [] }: FlagSpec): string => choices.join(' ');
/** Where a path is expected, the shell's own completion is best. */
const isPath = ({ value = '' }: FlagSpec): boolean => /FILE|PATH/.test(value);
const firstSentence = (text: string): string => (text.split(/[.;:](?:\s|$)/, 1)[0] ?? '').trim();

function bashOf(commands: readonly Named[]): string {
  const words = commands.map(({ word }) => word).join(' ');
  return `# bash completion for pullgate: source <(pullgate completion bash)
_pullgate() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} command= word
  COMPREPLY=()
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in -*) ;; *) command=$word; break ;; esac
  done
  case $command in
    '') COMPREPLY=($(compgen -W '${words} --help --version' -- "$current")) ;;
${commands.map(bashCommandOf).join('\n')}
  esac
}
complete -o bashdefault -o default -F _pullgate pullgate
`;
}

function bashCommandOf(command: Named): string {
  const flags = flagsOf(command);
  const chosen = flags.filter(([, { choices }]) => choices !== undefined);
  const cases = chosen.map(
    ([name, spec]) =>
      `        ${namesOf([name, spec]).join('|')}) COMPREPLY=($(compgen -W '${choicesOf(spec)}' -- "$current")); return ;;`,
  );
  const words = flags.map(([name]) => `--${name}`).join(' ');
  const operands = command.choices === undefined ? '' : command.choices.join(' ');
  return `    ${command.word})
      case $previous in
${cases.join('\n')}${cases.length > 0 ? '\n' : ''}        *) ;;
      esac
      case $current in
        -*) COMPREPLY=($(compgen -W '${words}' -- "$current")) ;;
        *) COMPREPLY=($(compgen -W '${operands}' -- "$current")) ;;
      esac ;;`;
}

function namesOf([name, { short }]: Flag): readonly string[] {
  return short === undefined ? [`--${name}`] : [`-${short}`, `--${name}`];
}

function zshOf(commands: readonly Named[]): string {
  const described = commands.map(({ word, summary }) => `    ${quoted(`${word}:${firstSentence(summary)}`)}`);
  return `#compdef pullgate
# zsh completion for pullgate: source <(pullgate completion zsh)
_pullgate() {
  local -a commands
  commands=(
${described.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe 'command' commands
    return
  fi
  local command=\${words[2]}
  shift words
  (( CURRENT-- ))
  case $command in
${commands.map(zshCommandOf).join('\n')}
  esac
}
compdef _pullgate pullgate
`;
}

function zshCommandOf(command: Named): string {
  const flags = flagsOf(command).flatMap(([name, spec]) => {
    const { value, repeatable, choices, help } = spec;
    const description = `[${firstSentence(help).replaceAll('[', '(').replaceAll(']', ')')}]`;
    const action = choices === undefined ? (isPath(spec) ? '_files' : ' ') : `(${choicesOf(spec)})`;
    const rest = value === undefined ? '' : `:${value.replaceAll(/[[\]:=]/g, ' ').trim()}:${action}`;
    return namesOf([name, spec]).map((written) => quoted(`${repeatable ? '*' : ''}${written}${description}${rest}`));
  });
  const operands =
    command.choices !== undefined
      ? [quoted(`1:operand:(${command.choices.join(' ')})`), quoted('*:file:_files')]
      : [quoted('*:file:_files')];
  return `    ${command.word})
      _arguments -s -S ${[...flags, ...operands].join(' \\\n        ')} ;;`;
}

function fishOf(commands: readonly Named[]): string {
  const words = commands.map(({ word }) => word).join(' ');
  const isFirst = quoted(`not __fish_seen_subcommand_from ${words}`);
  const lines = commands.flatMap((command) => {
    const inside = quoted(`__fish_seen_subcommand_from ${command.word}`);
    const operands =
      command.choices === undefined
        ? []
        : [`complete -c pullgate -n ${inside} -f -a ${quoted(command.choices.join(' '))}`];
    return [
      `complete -c pullgate -n ${isFirst} -f -a ${command.word} -d ${quoted(firstSentence(command.summary))}`,
      ...flagsOf(command).map(([name, spec]) =>
        [
          `complete -c pullgate -n ${inside} -l ${name}`,
          ...(spec.short === undefined ? [] : [`-s ${spec.short}`]),
          ...(spec.value === undefined ? [] : [isPath(spec) && spec.choices === undefined ? '-r' : '-x']),
          ...(spec.choices === undefined ? [] : [`-a ${quoted(choicesOf(spec))}`]),
          `-d ${quoted(firstSentence(spec.help))}`,
        ].join(' '),
      ),
      ...operands,
    ];
  });
  return `# fish completion for pullgate: pullgate completion fish | source\n${lines.join('\n')}\n`;
}

/** For all three shells: nothing inside means anything. */
function quoted(text: string): string {
  return `'${text.replaceAll(/['\\]/g, '')}'`;
}
