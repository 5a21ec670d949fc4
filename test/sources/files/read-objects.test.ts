import { execFileSync } from 'node:child_process';
import { chmodSync, linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readObjects } from '../../../src/sources/files/read-objects.ts';
import { effort } from '../../support/effort.ts';
import { chunks, objectsOf, pod, problemsOf, readAll, readText, summaryOf, writeFiles } from './reading.ts';

const nothing = chunks();

async function* broken(): AsyncGenerator<Uint8Array> {
  yield Buffer.from(`${pod('a')}---\n${pod('b')}`);
  await Promise.reject(Object.assign(new Error('lost'), { code: 'EIO' }));
}

function listsAround(depth: number): string {
  const inside = '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"}}';
  return `${'{"kind":"List","items":['.repeat(depth)}${inside}${']}'.repeat(depth)}`;
}

function makePipe(path: string): void {
  execFileSync('sh', ['-c', 'mkfifo "$0"', path]);
}

function isIgnored(path: string): boolean {
  return path.endsWith('/b.yaml') || path.endsWith('/c');
}

async function summaryBelow(directory: string, paths: readonly string[] = ['.']): Promise<readonly string[]> {
  const items = await readAll(paths.map((path) => join(directory, path)));
  return summaryOf(items).map((line) => line.replace(`${directory}/`, ''));
}

describe('which files', () => {
  test('a directory is read recursively, by name, and only manifests of it', async () => {
    const directory = writeFiles({
      'b.yaml': pod('b'),
      'a/z.yml': pod('z'),
      'a/a.json': JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } }),
      'c.txt': pod('never'),
      'C.yaml': pod('C'),
      '.hidden/h.yaml': pod('h'),
      'd.YAML': pod('never'),
    });

    expect(await summaryBelow(directory)).toEqual([
      '.hidden/h.yaml:1 document 1 object Pod/h',
      'C.yaml:1 document 1 object Pod/C',
      'a/a.json:1 document 1 object Pod/a',
      'a/z.yml:1 document 1 object Pod/z',
      'b.yaml:1 document 1 object Pod/b',
    ]);
  });

  test('paths are read in the order given, and a file that is named may end in anything', async () => {
    const directory = writeFiles({ 'b.txt': pod('b'), 'a.yaml': pod('a') });

    expect(await summaryBelow(directory, ['b.txt', 'a.yaml'])).toEqual([
      'b.txt:1 document 1 object Pod/b',
      'a.yaml:1 document 1 object Pod/a',
    ]);
  });

  test('files are named as the user named them, or below the directory they named', async () => {
    const directory = relative('.', writeFiles({ 'k8s/web.yaml': pod('web') }));
    const items = await readAll([`${directory}/./k8s/web.yaml`]);
    const below = await readAll([`${directory}/./k8s/`]);

    expect(objectsOf(items)[0]?.source.file).toBe(`${directory}/./k8s/web.yaml`);
    expect(objectsOf(below)[0]?.source.file).toBe(`${directory}/k8s/web.yaml`);
  });

  test('a file is read once, where it comes first', async () => {
    const directory = writeFiles({ 'a.yaml': pod('a'), 'b/c.yaml': pod('c') });
    symlinkSync('a.yaml', join(directory, 'd.yaml'));

    expect(await summaryBelow(directory, ['b/c.yaml', '.', 'a.yaml', './b'])).toEqual([
      'b/c.yaml:1 document 1 object Pod/c',
      'a.yaml:1 document 1 object Pod/a',
    ]);
  });

  test('two files with the same content are two', async () => {
    const directory = writeFiles({ 'a.yaml': pod('a') });
    linkSync(join(directory, 'a.yaml'), join(directory, 'b.yaml'));

    expect(await summaryBelow(directory)).toHaveLength(2);
  });

  test('links to files are followed; links to directories only when they are named', async () => {
    const directory = writeFiles({ 'real/a.yaml': pod('a'), 'here/.keep': '' });
    symlinkSync('../real/a.yaml', join(directory, 'here/a.yaml'));
    symlinkSync('../real', join(directory, 'here/up'));
    symlinkSync('..', join(directory, 'here/loop.yaml'));
    symlinkSync('real', join(directory, 'named'));

    expect(await summaryBelow(directory, ['here'])).toEqual(['here/a.yaml:1 document 1 object Pod/a']);
    expect(await summaryBelow(directory, ['named'])).toEqual(['named/a.yaml:1 document 1 object Pod/a']);
  });

  test('what is ignored is neither read nor entered', async () => {
    const directory = writeFiles({ 'a.yaml': pod('a'), 'b.yaml': '@', 'c/d.yaml': '@' });

    expect(summaryOf(await readAll([directory], { standardInput: nothing, isIgnored }))).toEqual([
      `${directory}/a.yaml:1 document 1 object Pod/a`,
    ]);
    expect(await readAll([join(directory, 'c')], { standardInput: nothing, isIgnored: Boolean })).toEqual([]);
  });

  test('no paths are no items', async () => {
    expect(await readAll([])).toEqual([]);
  });
});

describe('standard input', () => {
  test('is read where it is named, once', async () => {
    const directory = writeFiles({ 'a.yaml': pod('a') });
    const standardInput = chunks('apiVersion: v1\nki', 'nd: Pod\nmetadata: {na', 'me: b}');
    const items = await readAll(['-', join(directory, 'a.yaml'), '-'], { standardInput });

    expect(summaryOf(items)).toEqual(['-:1 document 1 object Pod/b', `${directory}/a.yaml:1 document 1 object Pod/a`]);
  });

  test('that breaks is a problem, behind what came before', async () => {
    expect(summaryOf(await readAll(['-'], { standardInput: broken() }))).toEqual([
      '-:1 document 1 object Pod/a',
      '- cannot be read (EIO); check the file and its disk',
    ]);
  });

  test('is not read further than someone wants to know', async () => {
    let sent = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (; ; sent += 1) yield Buffer.from(`${pod('a')}---\n`);
    }
    let seen = 0;
    for await (const item of readObjects(['-'], { standardInput: endless() })) {
      seen += item.kind === 'object' ? 1 : 0;
      if (seen === 3) break;
    }

    expect(sent).toBeLessThan(10);
  });

  test('a pipe that the shell opened is read like it', () => {
    const script = `import { readObjects } from './src/sources/files/read-objects.ts';
      for await (const item of readObjects(process.argv.slice(1), { standardInput: process.stdin })) console.log(item.source?.file ?? item.reason, item.kind);`;
    const input = `${pod('a')}---\n${pod('b')}`;
    const run = (path: string): string =>
      execFileSync(process.execPath, ['--input-type=module', '-e', script, '--', path], { input, encoding: 'utf8' });

    expect(run('/dev/stdin')).toBe('/dev/stdin object\n/dev/stdin object\n');
    expect(run('/dev/fd/0')).toBe('/dev/fd/0 object\n/dev/fd/0 object\n');
    expect(run('-')).toBe('- object\n- object\n');
  });
});

describe('what cannot be opened', () => {
  test.each<[string, string, (path: string) => void]>([
    ['a missing file', 'does not exist; check the path', () => {}],
    ['a named pipe', 'is a named pipe; give a file, or pipe the text: COMMAND | pullgate check -', makePipe],
    [
      'an empty directory',
      'holds no file that ends in .yaml, .yml or .json; name another directory, or the file itself',
      (path) => mkdirSync(path),
    ],
    ['a link to itself', 'is a symbolic link to itself; remove the link', (path) => symlinkSync(path, path)],
    [
      'a link to nothing',
      'is a symbolic link to a file that does not exist; correct or remove the link',
      (path) => symlinkSync('nowhere', path),
    ],
  ])('%s', async (_what, reason, make) => {
    const path = join(writeFiles({}), 'x.yaml');
    make(path);

    expect(await readAll([path])).toEqual([{ kind: 'problem', file: path, reason }]);
  });

  test('a part of the path that is a file', async () => {
    const file = join(writeFiles({ 'a.yaml': '' }), 'a.yaml/b.yaml');

    expect(await readAll([file])).toEqual([{ kind: 'problem', file, reason: 'does not exist; check the path' }]);
  });

  test.each([
    ['/dev/null', 'is a device; give a file, or pipe the text: COMMAND | pullgate check -'],
    ['/proc/self/mem', 'cannot be read (EIO); check the file and its disk'],
    [`/${'x'.repeat(300)}`, 'has a name that is too long; check the path'],
    ['a\0b', 'cannot be read (ERR_INVALID_ARG_VALUE); check the file and its disk'],
    ['', 'does not exist; check the path'],
  ])('%j', async (file, reason) => {
    expect(await readAll([file])).toEqual([{ kind: 'problem', file, reason }]);
  });

  test('a socket', async () => {
    const file = join(writeFiles({}), 's.yaml');
    const server = createServer().listen(file);
    await new Promise((resolve) => server.once('listening', resolve));
    const items = await readAll([file]);
    server.close();

    expect(items).toEqual([
      { kind: 'problem', file, reason: 'is a socket; give a file, or pipe the text: COMMAND | pullgate check -' },
    ]);
  });

  test('a file and a directory of somebody else', async () => {
    const directory = writeFiles({ 'a.yaml': pod('a'), 'b/c.yaml': pod('c'), 'd.yaml': pod('d') });
    chmodSync(directory, 0o755);
    chmodSync(join(directory, 'a.yaml'), 0);
    chmodSync(join(directory, 'b'), 0);

    const summary = await asOrdinaryUser(() => summaryBelow(directory));
    chmodSync(join(directory, 'b'), 0o700);

    expect(summary).toEqual([
      'a.yaml cannot be read: permission denied; make it readable for this user',
      'b cannot be read: permission denied; make it readable for this user',
      'd.yaml:1 document 1 object Pod/d',
    ]);
  });

  test('does not keep the others from being read', async () => {
    const directory = writeFiles({ 'b.yaml': pod('b') });
    makePipe(join(directory, 'a.yaml'));

    expect(await summaryBelow(directory, ['none.yaml', '.'])).toEqual([
      'none.yaml does not exist; check the path',
      'a.yaml is a named pipe; give a file, or pipe the text: COMMAND | pullgate check -',
      'b.yaml:1 document 1 object Pod/b',
    ]);
  });
});

describe('objects', () => {
  test.each<[string, string, readonly string[]]>([
    ['a values file', 'image: nginx\n', ['-:1 document 1 skipped untyped']],
    ['no kind', 'apiVersion: v1\n', ['-:1 document 1 skipped untyped']],
    ['no apiVersion', 'kind: Pod\n', ['-:1 document 1 skipped untyped']],
    ['an empty kind', 'apiVersion: v1\nkind: ""\n', ['-:1 document 1 skipped untyped']],
    ['an apiVersion that is a number', 'apiVersion: 1\nkind: Pod\n', ['-:1 document 1 skipped untyped']],
    ['an empty object', '{}\n', ['-:1 document 1 skipped untyped']],
    [
      'a kind that only Object.prototype has',
      '{"__proto__": {"apiVersion": "v1", "kind": "Pod"}}',
      ['-:1 document 1 skipped untyped'],
    ],
    ['empty documents', '---\n# none\n---\nnull\n--- # none\n~\n', []],
    [
      'a kustomization',
      'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nmetadata: {name: a}\n',
      ['-:1 document 1 skipped kustomization'],
    ],
    [
      'text',
      'apiVersion v1\n',
      ['-:1 is text, not a Kubernetes object; give apiVersion, kind and the rest as a mapping'],
    ],
    ['a number', '12\n', ['-:1 is a number, not a Kubernetes object; give apiVersion, kind and the rest as a mapping']],
    ['a list', '# c\n- a: b\n', ['-:2 document 1 skipped list']],
    [
      'a JSON array',
      '[{"apiVersion": "v1", "kind": "Pod"}]',
      ['-:1 is a list, not a Kubernetes object; put "---" between its objects, or make them the items of a List'],
    ],
  ])('%s', async (_what, text, summary) => {
    expect(summaryOf(await readText(text))).toEqual(summary);
  });

  test('the value is that of the document, number or not', async () => {
    const [item] = objectsOf(await readText('apiVersion: v1\nkind: Pod\nspec: {image: 1.10, on: yes}\n'));

    expect(item?.value).toEqual({ apiVersion: 'v1', kind: 'Pod', spec: { image: 1.1, true: true } });
  });
});

describe('lists', () => {
  test('are expanded, lists in lists too, and a typed list says the type of its items', async () => {
    const text = `apiVersion: v1
kind: List
metadata: {namespace: never}
items:
- apiVersion: v1
  kind: Pod
  metadata: {name: a}
-
  apiVersion: v1
  kind: ConfigMapList
  items:
    - {apiVersion: v1, kind: ConfigMap, metadata: {name: b}}
    - metadata: {name: c}
- # nothing
- kind: List
  items: []
- d
`;
    expect(summaryOf(await readText(text))).toEqual([
      '-:5 document 1 object Pod/a',
      '-:12 document 1 object ConfigMap/b',
      '-:13 document 1 object ConfigMap/c',
      '-:14 has nothing (null) as items[2]; put a Kubernetes object there',
      '-:17 has text as items[4]; put a Kubernetes object there',
    ]);
  });

  test('in JSON, on one line or many', async () => {
    const list = {
      kind: 'List',
      apiVersion: 'v1',
      items: [
        { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } },
        1,
        { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'b' } },
      ],
    };

    expect(summaryOf(await readText(JSON.stringify(list)))).toEqual([
      '-:1 document 1 object Pod/a',
      '-:1 has a number as items[1]; put a Kubernetes object there',
      '-:1 document 1 object Pod/b',
    ]);
    expect(summaryOf(await readText(`\n${JSON.stringify(list, undefined, 2)}`))).toEqual([
      '-:6 document 1 object Pod/a',
      '-:13 has a number as items[1]; put a Kubernetes object there',
      '-:14 document 1 object Pod/b',
    ]);
  });

  test('items of another kind are its own', async () => {
    expect(summaryOf(await readText('apiVersion: v1\nkind: Listing\nmetadata: {name: a}\nitems: [b]\n'))).toEqual([
      '-:1 document 1 object Listing/a',
    ]);
  });

  test('a kind that ends in List and has no items is an object', async () => {
    expect(
      summaryOf(await readText('apiVersion: example.com/v1\nkind: AllowList\nmetadata: {name: a}\nspec: {}\n')),
    ).toEqual(['-:1 document 1 object AllowList/a']);
  });

  test.each([
    [
      'a mapping',
      '{"apiVersion":"v1","kind":"List",\n"items":{"a":{"apiVersion":"v1","kind":"Pod"}}}',
      '-:2 has a wrong field: items must be a list, but is a mapping; write the objects as a list',
    ],
    [
      'text',
      'apiVersion: v1\nkind: PodList\nitems: x\n',
      '-:3 has a wrong field: items must be a list, but is text; write the objects as a list',
    ],
    [
      'a number, in a list inside another',
      'apiVersion: v1\nkind: List\nitems:\n- apiVersion: apps/v1\n  kind: DeploymentList\n  items: 3\n',
      '-:6 has a wrong field: items must be a list, but is a number; write the objects as a list',
    ],
  ])('a built-in list whose items are %s', async (_what, text, expected) => {
    expect(summaryOf(await readText(text))).toEqual([expected]);
  });

  test.each(['{"apiVersion":"v1","kind":"PodList","items":null}', '{"apiVersion":"v1","kind":"PodList"}'])(
    'a list without items is empty: %s',
    async (text) => {
      expect(problemsOf(await readText(text))).toEqual([]);
    },
  );

  test.each(['example.com/v1', 'example.com'])(
    "what items a kind of one's own has is its affair: %s",
    async (apiVersion) => {
      const text = `apiVersion: ${apiVersion}\nkind: AllowList\nmetadata: {name: a}\nitems: {a: b}\n`;

      expect(summaryOf(await readText(text))).toEqual(['-:1 document 1 object AllowList/a']);
    },
  );

  test('in lists ten deep, and no deeper', async () => {
    expect(summaryOf(await readText(listsAround(10)))).toEqual(['-:1 document 1 object Pod/a']);
    expect(summaryOf(await readText(listsAround(11)))).toEqual([
      '-:1 is a list inside 10 others; put the objects into one list',
    ]);
  });

  test('items that are aliases', async () => {
    const text =
      'kind: List\nx: &x {apiVersion: v1, kind: Pod, metadata: {name: a}}\nitems:\n- *x\n- <<: *x\n  metadata: {name: b}\n';

    expect(summaryOf(await readText(text))).toEqual(['-:4 document 1 object Pod/a', '-:5 document 1 object Pod/b']);
  });
});

describe('broken documents', () => {
  test('take nobody along', async () => {
    const text = `${pod('a')}---\na: b: c\n---\n${pod('b')}---\n{"a": 1 "b": 2}\n---\n${pod('c')}`;

    expect(summaryOf(await readText(text))).toEqual([
      '-:1 document 1 object Pod/a',
      '-:6:4 is not valid YAML: a second key or a list starts on the line of a key here; put it on a line of its own, or quote the text',
      '-:8 document 3 object Pod/b',
      '-:13:7 is not valid JSON here or shortly before; look for a comma too many, or a missing comma, colon, bracket or quote',
      '-:15 document 5 object Pod/c',
    ]);
    expect(problemsOf(await readText(text)).map(({ document }) => document)).toEqual([2, 4]);
  });

  test.each([
    [
      'not UTF-8',
      Buffer.from('a: b\n---\n# c\nd: e\nf: \xff\n', 'latin1'),
      '5 is not encoded in UTF-8; save it as UTF-8',
    ],
    ['not UTF-8 in JSON', Buffer.from('{"a":\n"\xff"}', 'latin1'), '2 is not encoded in UTF-8; save it as UTF-8'],
    [
      'a control character',
      'a: b\nc: \u0007\n',
      '2:4 is not valid YAML: control character; remove it, or write it as an escape in double quotes',
    ],
    ['a tab as indentation', 'a:\n\tb: c\n', '2:1 is not valid YAML: a tab indents this line; use spaces'],
    [
      'an alias of nothing',
      'a: *b\n',
      '1:4 refers to *"b" with no anchor of this name before it; define it, or quote the text',
    ],
    [
      'a tag that contradicts',
      'a:\n  b: !!int c\n',
      '2:12 has a value whose tag says integer and whose text does not; correct it, or remove the tag',
    ],
    [
      'a list as a key',
      '? [a]\n: b\n',
      '1:3 has a mapping or a list as a key, which JSON cannot hold; write the key as text, in quotes',
    ],
    ['infinity', 'a: .inf\n', '1:4 has a number that JSON cannot hold (infinity or not-a-number); put it in quotes'],
    [
      'bad base64',
      'a: !!binary b\n',
      '1:13 has a value tagged !!binary that is not base64; correct it, or remove the tag',
    ],
    [
      'a list merged',
      'a: {<<: [b]}\n',
      '1:10 merges ("<<") something that is not a mapping; merge only aliases of mappings',
    ],
  ])('%s', async (_what, text, problem) => {
    const problems = problemsOf(await readText(text));

    expect(summaryOf(problems)).toEqual([`-:${problem}`]);
  });

  test('nothing of a value is ever shown', async () => {
    const texts = [
      'a: hunter2: b',
      'a: "hunter2\\q"',
      'a: [hunter2',
      '{"a": "hunter2" "b"}',
      'a: !!int hunter2',
      'hunter2\nb: c',
      'a: hunter2\n b: hunter2',
    ];
    const items = await Promise.all(texts.map((text) => readText(text)));

    expect(items.flat().map(({ kind }) => kind)).toEqual(texts.map(() => 'problem'));
    expect(JSON.stringify(items)).not.toContain('hunter2');
  });

  test('are told a hundred times a file, and what can be read behind them is', async () => {
    const items = await readText(`${'@\n---\n'.repeat(1_000)}${pod('a')}`);

    expect(items).toHaveLength(102);
    expect(summaryOf(items).slice(99)).toEqual([
      expect.stringMatching(/^-:199:1 is not valid YAML/),
      '- has more than 100 problems; correct these, and read it again for the others',
      '-:2001 document 1001 object Pod/a',
    ]);
  });

  test('behind JSON on its line', async () => {
    expect(summaryOf(await readText('{"a": 1}, @\n'))).toEqual([
      '-:1 document 1 skipped untyped',
      '-:1:9 is not valid YAML: a value starts with a reserved character here (one of @ ` % , | >); quote it',
    ]);
  });

  test('a stream that is no text is not read further', async () => {
    const items = await readAll(['-'], { standardInput: chunks('a: b\n', '\0', `---\n${pod('a')}`) });

    expect(summaryOf(items)).toEqual(['-:2 contains a NUL byte and is not text; give a YAML or JSON file in UTF-8']);
  });

  test('a stream that is no text ends there', async () => {
    expect(summaryOf(await readText(`${pod('a')}---\n\0`))).toEqual([
      '-:1 document 1 object Pod/a',
      '-:6 contains a NUL byte and is not text; give a YAML or JSON file in UTF-8',
    ]);
  });
});

describe('Helm templates', () => {
  test.each([
    ['a value', 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Release.Name }}\n', 4],
    ['a condition', '{{- if .Values.web }}\napiVersion: v1\n{{- end }}\n', 1],
    ['an include', 'apiVersion: v1\nmetadata:\n  labels:\n    {{- include "web.labels" . | nindent 4 }}\n', 4],
    ['behind a comment', 'a: b\n # {{ no }}\nc: {{ yes }}\n', 3],
    ['all of the text', '{{ include "web.all" . }}\n', 1],
    ['behind openings without an end', '{{ {{\na: {{ b }}\n', 2],
    ['with CRLF', 'a: b\r\nc: {{ d }}\r\n', 2],
  ])('%s', async (_what, text, line) => {
    expect(summaryOf(await readText(text))).toEqual([`-:${line} document 1 skipped template`]);
  });

  test('are told once a file, and what can be read in them is', async () => {
    const template = `{{- range .Values.all }}\n---\n${pod('a')}---\na: {{ . }}\n---\n{{- end }}\n`;
    const directory = writeFiles({ 'a.yaml': template, 'b.yaml': template });

    expect(await summaryBelow(directory)).toEqual([
      'a.yaml:1 document 1 skipped template',
      'a.yaml:3 document 2 object Pod/a',
      'b.yaml:1 document 1 skipped template',
      'b.yaml:3 document 2 object Pod/a',
    ]);
  });

  test.each(['a: "{{ b }}"\nc: [\n', "a: '{{ b }}'\nc: [\n", '- "{% b %}"\n- [\n'])(
    'in quotes they do not make a template of what is broken: %j',
    async (text) => {
      expect(summaryOf(await readText(text))).toEqual([expect.stringMatching(/^-:\d+(?::\d+)? is not valid YAML/)]);
    },
  );

  test('templates of others, in quotes, are text', async () => {
    const text = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  rule: "{{ $labels.pod }}"\n';

    expect(summaryOf(await readText(text))).toEqual(['-:1 document 1 object ConfigMap/a']);
  });
});

describe('hostile input gives few problems', () => {
  const million = effort(100_000, 1_000_000);

  test.each<[string, string]>([
    ['openings of templates', '{{'.repeat(million)],
    ['short lines below a bracket far to the right', `a:${' '.repeat(million)}[\n${'x\n'.repeat(million / 4)}`],
    ['a quote without an end', `a: "${'\\"'.repeat(million)}`],
    ['an integer', `a: ${'9'.repeat(million)}`],
    ['a number that is none', `a: 1${'_'.repeat(million)}.`],
    ['a tag', `a: !${'!'.repeat(million)} b`],
    ['an alias', `a: *${'b'.repeat(million)}`],
    ['closing brackets', ']'.repeat(million / 4)],
    ['separators', '---\n'.repeat(million / 4)],
    ['names of one object', `{${Array.from({ length: million / 10 }, (_, at) => `"${at}":1`).join(',')}}`],
    ['elements that are no objects', `{"kind":"List","items":[${'1,'.repeat(million)}1]}`],
  ])('%s', async (_what, text) => {
    const items = await readText(text);

    expect(items.length).toBeLessThan(103);
  });
});

test('a file is read one document at a time, however large it is', async () => {
  const count = effort(100, 500);
  const document = `${pod('a')}data:\n  a: ${'b'.repeat(100_000)}\n---\n`;
  const directory = writeFiles({ 'large.yaml': document.repeat(count) });
  writeFileSync(join(directory, 'one-line.yaml'), `a: ${'b'.repeat(effort(9_000_000, 50_000_000))}`);
  const items = await readAll([directory]);

  expect(items).toHaveLength(count + 1);
  expect(objectsOf(items).at(-1)?.source).toEqual({
    file: join(directory, 'large.yaml'),
    document: count,
    line: 1 + (count - 1) * 7,
  });
  expect(items.at(-1)).toMatchObject({
    kind: 'problem',
    line: 1,
    reason:
      'is larger than pullgate reads as one YAML document (8 MiB, less if it is dense); put "---" between its objects, or give it as JSON',
  });
});

test('a List of many megabytes in JSON', async () => {
  const count = effort(1_500, 5_000);
  const object = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'a', managedFields: 'f'.repeat(8_000) },
    spec: { containers: [{ image: 'b' }] },
  };
  const text = JSON.stringify(
    { apiVersion: 'v1', kind: 'List', items: Array.from({ length: count }, () => object) },
    undefined,
    1,
  );
  const objects = objectsOf(await readText(text));

  expect(objects).toHaveLength(count);
  expect(objects.at(-1)?.source.line).toBe(5 + (count - 1) * 15);
  expect(objects.at(-1)?.lineOf('spec.containers[0].image')).toBe(5 + (count - 1) * 15 + 10);
});

/** The superuser may read everything, so it takes another name meanwhile. */
async function asOrdinaryUser<T>(act: () => Promise<T>): Promise<T> {
  const isSuperuser = process.getuid?.() === 0;
  if (isSuperuser) process.seteuid?.(65_534);
  try {
    return await act();
  } finally {
    if (isSuperuser) process.seteuid?.(0);
  }
}
