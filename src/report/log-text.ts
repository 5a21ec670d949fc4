/**
 * What is written to standard output or standard error, cleaned of what a terminal or the log of a CI system would act on.
 * Names of files, namespaces and objects are chosen by people who may open a pull request.
 *
 * GitHub takes `::command::` at the start of a line and `##[command]` anywhere in it (actions/runner, ActionCommand.cs);
 * Azure Pipelines takes `##vso[`, TeamCity `##teamcity[`.
 */
import { printable } from './printable.ts';

/** Controls other than the line break, invisible characters, and those that turn the direction of writing. */
const acting = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** Text of several lines. Each line is cleaned. */
export function logText(text: string): string {
  return withoutCommands(
    text.replaceAll(acting, (character) =>
      character === '\n' ? character : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
    ),
  );
}

/** One line. Foreign parts cannot make it two. */
export function logLine(text: string): string {
  return `${withoutCommands(printable(text, mostOfALine))}\n`;
}

const mostOfALine = 2000;

/** Escape sequences of our own stay as they are. */
export function withoutCommands(text: string): string {
  return text.replaceAll(/^([^\S\n]*):(?=:)/gmu, '$1\\u{3a}').replaceAll('##', '#\\u{23}');
}
