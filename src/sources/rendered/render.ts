/** Runs `helm` and `kubectl` on what has to be rendered, and reads what they print. */
import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { errorCode } from '../files/error-reason.ts';
import type { ReadItem } from '../files/read-item.ts';
import { readRendered } from '../files/read-objects.ts';
import type { RenderSource } from './find-sources.ts';

const mostBytes = 256 * 1024 * 1024;

/** Objects name the chart's template or the kustomization that they come from; a failure is a problem of that file. */
export async function* renderedObjects(
  sources: readonly RenderSource[],
  namespace: string,
  signal: AbortSignal,
): AsyncGenerator<ReadItem> {
  for (const source of sources) {
    const output = await render(source, namespace, signal);
    if (!output.ok) yield { kind: 'problem', file: source.file, reason: output.reason };
    else for await (const item of readRendered(dirname(source.file), output.bytes)) yield await placedIn(source, item);
  }
}

type Rendered = { readonly ok: true; readonly bytes: Uint8Array } | { readonly ok: false; readonly reason: string };

function render({ kind, file }: RenderSource, namespace: string, signal: AbortSignal): Promise<Rendered> {
  const directory = resolve(dirname(file));
  const [program, args] =
    kind === 'chart'
      ? (['helm', ['template', releaseNameOf(directory), directory, '--namespace', namespace]] as const)
      : (['kubectl', ['kustomize', directory]] as const);
  const command = `${program} ${args[0]}`;
  return new Promise((done) => {
    execFile(program, [...args], { encoding: 'buffer', maxBuffer: mostBytes, signal }, (error, stdout, stderr) => {
      if (error === null) done({ ok: true, bytes: stdout });
      else if (signal.aborted) done({ ok: false, reason: `${command} did not end in time; give more with --timeout` });
      else if (errorCode(error) === 'ENOENT')
        done({
          ok: false,
          reason: `cannot be rendered: ${program} is not on the PATH; install it, or leave out --render`,
        });
      else done({ ok: false, reason: `${command} fails: ${lastWords(stderr.toString())}${remedyOf(kind, directory)}` });
    });
  });
}

function remedyOf(kind: RenderSource['kind'], directory: string): string {
  return kind === 'chart'
    ? `; if a dependency is missing, run helm dependency build ${basename(directory)}`
    : '; run the command yourself to see more';
}

/** Without warnings, on one line. */
function lastWords(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '' && !/^(?:#\s*)?warning/i.test(line));
  return lines.join(' ').replaceAll(/\s+/g, ' ').slice(0, 500) || 'it says nothing';
}

/** As Helm takes it: a DNS label of at most 53 letters. */
function releaseNameOf(directory: string): string {
  const name = basename(directory)
    .toLowerCase()
    .replaceAll(/[^a-z\d-]+/g, '-')
    .replaceAll(/^-+/g, '')
    .slice(0, 53)
    .replace(/-+$/, '');
  return name === '' ? 'release' : name;
}

/** Lines of what was rendered are lines of no file. */
async function placedIn({ kind, file }: RenderSource, item: ReadItem): Promise<ReadItem> {
  if (item.kind === 'problem') return { ...item, file };
  const template = kind === 'chart' ? await templateIn(file, item.source.template) : undefined;
  const source = { ...item.source, file: template ?? file, line: 1 };
  return item.kind === 'object' ? { ...item, source, lineOf: () => 1 } : { ...item, source };
}

/** Helm names it from the chart's name on; those of a packed dependency are in no file. */
async function templateIn(file: string, template: string | undefined): Promise<string | undefined> {
  const below = template?.slice(template.indexOf('/') + 1).split('/') ?? [];
  if (below.length === 0 || below.includes('..')) return undefined;
  const path = join(dirname(file), ...below);
  const isThere = await stat(path).then(
    (stats) => stats.isFile(),
    () => false,
  );
  return isThere ? path : undefined;
}
