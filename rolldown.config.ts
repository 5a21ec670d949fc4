/**
 * The image's pullgate: `dist/main.js`, the parts that it loads when a command needs them, and the licences of all that is in
 * them. Needs nothing beside it but Node.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type CodeSplittingGroup, type CodeSplittingNameFunction, defineConfig, type Plugin } from 'rolldown';
import { checkedOutCommit } from './src/cli/version.ts';

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
  plugins: [http2WhenAsked(), onlyAscii(), licences()],
});

/** A build without a checkout is told by the variable; GitHub Actions tells it by its own. */
function commit(): string {
  const { PULLGATE_COMMIT: told, GITHUB_SHA: checkedOut } = process.env;
  return told || checkedOut || checkedOutCommit();
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

/** undici loads its HTTP/2, and with it that of Node, before a server has offered any: a tenth of a check of one image. */
function http2WhenAsked(): Plugin {
  const eager = "const connectH2 = require('./client-h2.js')";
  return {
    name: 'http2-when-asked',
    transform: {
      filter: { id: /\/undici\/lib\/dispatcher\/client\.js$/ },
      handler(code, id) {
        if (!code.includes(eager)) throw new Error(`${id}: HTTP/2 is loaded in another way than before`);
        // No line moves.
        return {
          code: code.replace(eager, "const connectH2 = (...args) => require('./client-h2.js')(...args)"),
          map: null,
        };
      },
    },
  };
}

/** A file with one other character takes twice the memory, and a twentieth of a short check longer to read. */
function onlyAscii(): Plugin {
  return {
    name: 'only-ascii',
    generateBundle(_options, bundle) {
      for (const output of Object.values(bundle))
        if (output.type === 'chunk')
          output.code = output.code.replaceAll(
            /[^\0-\x7f]/g,
            (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
          );
    },
  };
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
