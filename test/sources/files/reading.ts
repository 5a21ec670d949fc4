import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { ReadItem, ReadObject, ReadProblem } from '../../../src/sources/files/read-item.ts';
import { type ReadOptions, readObjects } from '../../../src/sources/files/read-objects.ts';

/** A new directory with these files in it, until the test is over. */
export function writeFiles(files: Readonly<Record<string, string | Uint8Array>>): string {
  const directory = mkdtempSync(join(tmpdir(), 'pullgate-files-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), content);
  }
  return directory;
}

export async function readAll(
  paths: readonly string[],
  options: ReadOptions = { standardInput: chunks() },
): Promise<readonly ReadItem[]> {
  const items: ReadItem[] = [];
  for await (const item of readObjects(paths, options)) items.push(item);
  return items;
}

/** Reads one text from standard input. */
export function readText(text: string | Uint8Array): Promise<readonly ReadItem[]> {
  return readAll(['-'], { standardInput: chunks(text) });
}

export async function* chunks(...parts: readonly (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield typeof part === 'string' ? Buffer.from(part) : part;
}

export function objectsOf(items: readonly ReadItem[]): readonly ReadObject[] {
  return items.filter((item) => item.kind === 'object');
}

export function problemsOf(items: readonly ReadItem[]): readonly ReadProblem[] {
  return items.filter((item) => item.kind === 'problem');
}

/** Each item in a line, as a person would want to see it. */
export function summaryOf(items: readonly ReadItem[]): readonly string[] {
  return items.map((item) => {
    if (item.kind === 'problem')
      return `${[item.file, item.line, item.column].filter(Boolean).join(':')} ${item.reason}`;
    const { file, document, line } = item.source;
    return `${file}:${line} document ${document} ${item.kind === 'object' ? `object ${nameOf(item)}` : `skipped ${item.reason}`}`;
  });
}

export function nameOf({ value }: ReadObject): string {
  const { kind, metadata } = value;
  return [kind, Object.values(metadata ?? {})[0]].join('/');
}

export function pod(name: string): string {
  return `apiVersion: v1\nkind: Pod\nmetadata:\n  name: ${name}\n`;
}
