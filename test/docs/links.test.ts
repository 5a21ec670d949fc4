/** Links between the pages lead somewhere, and what the pages say to write is read by pullgate. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { readConfig } from '../../src/config/read-config.ts';
import { fileWith } from '../config/reading.ts';

const root = join(import.meta.dirname, '../..');
const pages = [
  'README.md',
  'manifests/README.md',
  'certs/README.md',
  ...readdirSync(join(root, 'docs')).flatMap((name) => (name.endsWith('.md') ? [`docs/${name}`] : [])),
];

/** As GitHub makes them of headings. */
function anchorsOf(path: string): readonly string[] {
  const headings = readFileSync(path, 'utf8').matchAll(/^#+ (.*)$/gm);
  return [...headings].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

test.each(pages)('%s links to what is there', (page) => {
  const text = readFileSync(join(root, page), 'utf8');
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link = '']) => (link.includes('://') ? [] : [link]));
  const broken = links.filter((link) => {
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? join(root, page) : join(root, dirname(page), path);
    return !existsSync(target) || (anchor !== undefined && !anchorsOf(target).includes(anchor));
  });
  expect(broken).toEqual([]);
});

const snippets = pages.flatMap((page) =>
  [...readFileSync(join(root, page), 'utf8').matchAll(/```yaml\n([\s\S]*?)```/g)].flatMap(([, text = '']) => {
    const read: unknown = parse(text);
    const isObject = typeof read === 'object' && read !== null && ('kind' in read || Array.isArray(read));
    return isObject || /^(?:patches|steps|jobs|repos|include|on):/m.test(text) ? [] : [[page, text] as const];
  }),
);

test.each(snippets)('%s shows a configuration that pullgate reads: %s', async (_page, text) => {
  const path = await fileWith(`apiVersion: pullgate.dev/v1alpha1\nkind: Configuration\n${text}`);
  expect(await readConfig(path)).toMatchObject({ ok: true });
});
