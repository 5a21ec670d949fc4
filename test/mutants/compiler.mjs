// A checker for Stryker: mutants that the compiler refuses need no test. Stryker's own needs an API that TypeScript 7 does not have.
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative, resolve } from 'node:path';

// A checker runs in the folder of the project.
const project = resolve(import.meta.dirname, '../..');

class Compiler {
  async init() {}

  /** All at once: each mutant is a copy of its file beside the others, and one run of the compiler names those that it refuses. */
  async group(mutants) {
    return [mutants.map(({ id }) => id)];
  }

  async check(mutants) {
    const folder = mkdtempSync(join(tmpdir(), 'mutants-'));
    try {
      cpSync(join(project, 'src/core'), join(folder, 'src/core'), { recursive: true });
      for (const file of ['tsconfig.json', 'package.json']) cpSync(join(project, file), join(folder, file));
      symlinkSync(join(project, 'node_modules'), join(folder, 'node_modules'));
      for (const mutant of mutants) {
        const path = relative(project, mutant.fileName);
        const copy = join(folder, dirname(path), `mutant-${mutant.id}-${basename(path)}`);
        writeFileSync(copy, mutated(readFileSync(mutant.fileName, 'utf8'), mutant));
      }
      const refused = refusedIn(await compile(folder));
      return Object.fromEntries(
        mutants.map(({ id }) => {
          const reason = refused.get(id);
          return [id, reason === undefined ? { status: 'passed' } : { status: 'compileError', reason }];
        }),
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
}

function mutated(text, { location: { start, end }, replacement }) {
  const lines = text.split('\n');
  const offsetOf = ({ line, column }) =>
    lines.slice(0, line).reduce((offset, { length }) => offset + length + 1, 0) + column;
  return text.slice(0, offsetOf(start)) + replacement + text.slice(offsetOf(end));
}

/** What is unused now may be used in another slip. */
const compilerArguments = '-p src/core --pretty false --noUnusedLocals false --noUnusedParameters false'.split(' ');

function compile(folder) {
  return new Promise((done) => {
    const command = join(project, 'node_modules/.bin/tsc');
    const options = { cwd: folder, maxBuffer: 256 * 1024 * 1024 };
    execFile(command, compilerArguments, options, (_error, output) => done(output));
  });
}

function refusedIn(output) {
  const refused = new Map();
  for (const [, id, reason] of output.matchAll(/mutant-(\w+)-[^(\n]*\(\d+,\d+\): error (.*)$/gm))
    if (!refused.has(id)) refused.set(id, reason);
  return refused;
}

/** As `declareClassPlugin` of Stryker makes it, which lies in another folder. */
export const strykerPlugins = [{ kind: 'Checker', name: 'compiler', injectableClass: Compiler }];
