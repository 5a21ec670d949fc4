/**
 * The image's pullgate: `dist/main.js`, the parts that it loads when a command needs them, and the licences of all that is in
 * them. Needs nothing beside it but Node.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type CodeSplittingGroup, type CodeSplittingNameFunction, defineConfig, type Plugin } from 'rolldown';

const mainModule = join(import.meta.dirname, 'src/main.ts');

/**
 * What is loaded together, each with the modules that load it. Every file costs a look-up and a compilation, so that a short check is
 * better off with few of them. A module belongs to the first part that cannot do without it.
 */
const parts = {
  // Before the compile cache is enabled, so as little as possible.
  start: [mainModule],
  check: ['src/entrypoints/check/run.ts'],
  registries: ['src/sources/registry/carrier.ts', 'src/sources/registry/inspect-pull.ts'],
  configuration: ['src/config/read-config.ts', 'src/sources/node-files/read-node-files.ts'],
} as const;

export default defineConfig({
  cwd: import.meta.dirname,
  input: mainModule,
  platform: 'node',
  transform: { define: { 'process.env.PULLGATE_COMMIT': JSON.stringify(commit()) } },
  output: {
    dir: 'dist',
    cleanDir: true,
    format: 'esm',
    // Where somebody debugs the bundle: npm run build -- --sourcemap
    sourcemap: false,
    entryFileNames: 'main.js',
    chunkFileNames: '[name].js',
    // They would be read, and hashed for the compile cache, at every start.
    comments: false,
    codeSplitting: { groups: Object.entries(parts).map(groupOf) },
  },
  // What cannot be found here cannot be found in the image either.
  onLog(level, log, handle) {
    if (level === 'warn') throw new Error(log.message);
    handle(level, log);
  },
  plugins: [licences()],
});

/** A build without a checkout is told by the variable; GitHub Actions tells it by its own. */
function commit(): string {
  const { PULLGATE_COMMIT: told, GITHUB_SHA: checkedOut } = process.env;
  if (told || checkedOut) return told || checkedOut || '';
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], {
      cwd: import.meta.dirname,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return 'unknown';
  }
}

type Graph = Parameters<CodeSplittingNameFunction>[1];

function groupOf([part, entries]: readonly [string, readonly string[]], place: number): CodeSplittingGroup {
  let modules: ReadonlySet<string> | undefined;
  return {
    name: (id, graph) => {
      modules ??= importedBy(entries, graph);
      // Everything else may import from them, but not from a module that is still waiting for its command.
      return modules.has(id) && id !== mainModule ? part : undefined;
    },
    debugName: part,
    priority: Object.keys(parts).length - place,
  };
}

function importedBy(entries: readonly string[], graph: Graph): ReadonlySet<string> {
  const modules = new Set(entries.map((entry) => resolve(import.meta.dirname, entry)));
  for (const id of modules) for (const imported of graph.getModuleInfo(id)?.importedIds ?? []) modules.add(imported);
  return modules;
}

function licences(): Plugin {
  return {
    name: 'licences',
    generateBundle(_options, bundle) {
      const chunks = Object.values(bundle).filter((output) => output.type === 'chunk');
      const packages = new Set(chunks.flatMap(({ moduleIds }) => moduleIds.flatMap(packageOf)));
      const notices = [...packages]
        .toSorted()
        .map(noticeOf)
        .join(`\n${'-'.repeat(80)}\n\n`);
      this.emitFile({ type: 'asset', fileName: 'THIRD-PARTY-LICENSES.txt', source: notices });
      this.emitFile({ type: 'asset', fileName: 'LICENSE', source: readFileSync(join(import.meta.dirname, 'LICENSE')) });
      // Says that the files are modules, wherever the folder is copied to.
      this.emitFile({ type: 'asset', fileName: 'package.json', source: '{ "type": "module" }\n' });
    },
  };
}

/** The folder of the package that a module is from; of a nested one the inner. */
function packageOf(moduleId: string): readonly string[] {
  const found = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(moduleId);
  return found === null ? [] : [found[0]];
}

function noticeOf(folder: string): string {
  const read = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Readonly<Record<string, unknown>>;
  const { name, version, license } = read;
  if (typeof license !== 'string') throw new Error(`${folder}: the package names no licence`);
  const texts = readdirSync(folder)
    .filter((file) => /^(?:licen[cs]e|notice|copying)(?:[.-]|$)/i.test(file))
    .map((file) => readFileSync(join(folder, file), 'utf8').trimEnd());
  return [`${String(name)} ${String(version)}, ${license}`, ...texts, ''].join('\n\n');
}
