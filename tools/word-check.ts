/** Refuses words that readers whose English is a second language stumble over: in user-facing texts, docs and names of types. */
import { globSync, readFileSync } from 'node:fs';
import { userStrings } from './user-strings.ts';

const refused =
  /\b(?:stands?(?!-alone)|behind|beside|nobody|strangers?|anew|told|blanks?)\b|(?<!\bthere )\b(?:is|are) no\b(?! longer| more)/gi;

/** A gerund names an activity, not a thing; these ends in "ing" are nouns. */
const nouns = /(?:Finding|Keyring|String|Mapping|Warning|Setting|Listing)$/;
const gerund = /^(?:export )?(?:type|interface|class) ([A-Z]\w*ing)\b/gm;

/** Quotes commands, code and scenes of other pages. */
const unchecked = new Set(['docs/agreement.md', 'docs/mutants.md', 'docs/glossary.md', 'docs/messages.md']);

export function refusedWords(root: string): readonly string[] {
  const texts = userStrings(root).flatMap(({ file, text }) =>
    // Names in angle brackets are those of the code.
    [...text.replaceAll(/<[^>]*>/g, '').matchAll(refused)].map(([word]) => `${file}: "${word}" in: ${text}`),
  );
  const pages = ['README.md', 'CONTRIBUTING.md', ...globSync('docs/**/*.md', { cwd: root }).toSorted()].flatMap(
    (file) => (unchecked.has(file) ? [] : wordsOnPage(root, file)),
  );
  const types = globSync('src/**/*.ts', { cwd: root }).flatMap((file) =>
    [...readFileSync(`${root}/${file}`, 'utf8').matchAll(gerund)]
      .flatMap(([, name = '']) => (nouns.test(name) ? [] : [name]))
      .map((name) => `${file}: the type ${name} is named by a gerund; use a noun`),
  );
  return [...texts, ...pages, ...types];
}

function wordsOnPage(root: string, file: string): readonly string[] {
  let isCode = false;
  const path = `${root}/${file}`;
  return (globSync(file, { cwd: root }).length === 0 ? '' : readFileSync(path, 'utf8'))
    .split('\n')
    .flatMap((line, index) => {
      if (line.startsWith('```')) isCode = !isCode;
      if (isCode) return [];
      const prose = line.replaceAll(/`[^`]*`/g, '');
      return [...prose.matchAll(refused)].map(([word]) => `${file}:${index + 1}: "${word}"`);
    });
}

if (import.meta.main) {
  const found = refusedWords('.');
  for (const line of found) process.stderr.write(`${line}\n`);
  if (found.length > 0) {
    process.stderr.write('docs/glossary.md has the words to use\n');
    process.exitCode = 1;
  }
}
