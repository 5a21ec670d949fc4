/** What Stryker reports (mutation-testing-report-schema), as far as it is needed. */
import * as z from 'zod';

const position = z.object({ line: z.int(), column: z.int() });
const reportSchema = z.object({
  files: z.record(
    z.string(),
    z.object({
      source: z.string(),
      mutants: z.array(
        z.object({
          status: z.enum([
            'Killed',
            'Survived',
            'NoCoverage',
            'CompileError',
            'Timeout',
            'RuntimeError',
            'Ignored',
            'Pending',
          ]),
          replacement: z.string().default(''),
          location: z.object({ start: position, end: position }),
        }),
      ),
    }),
  ),
});

export type Mutant = {
  readonly file: string;
  readonly line: number;
  /** `killed` by a test, or by going on for ever; `refused` by the compiler. */
  readonly status: 'killed' | 'refused' | 'survived' | 'ignored';
  /** The lines that it changes, on one line; as they are and as they would be. */
  readonly before: string;
  readonly after: string;
};

export function readReport(json: string): readonly Mutant[] {
  const { files } = reportSchema.parse(JSON.parse(json));
  return Object.entries(files).flatMap(([file, { source, mutants }]) =>
    mutants.map(({ status, replacement, location: { start, end } }) => {
      const lines = source.split('\n').slice(start.line - 1, end.line);
      const before = lines.join('\n');
      const rest = (lines.at(-1) ?? '').slice(end.column - 1);
      const after = before.slice(0, start.column - 1) + replacement + rest;
      return { file, line: start.line, status: statuses[status], before: inOneLine(before), after: inOneLine(after) };
    }),
  );
}

const statuses = {
  Killed: 'killed',
  Timeout: 'killed',
  RuntimeError: 'killed',
  CompileError: 'refused',
  Survived: 'survived',
  NoCoverage: 'survived',
  Ignored: 'ignored',
  Pending: 'survived',
} as const;

function inOneLine(text: string): string {
  return text.trim().replaceAll(/\s+/g, ' ');
}

export function survivorsOf(report: readonly Mutant[]): readonly Mutant[] {
  return report.filter(({ status }) => status === 'survived');
}
