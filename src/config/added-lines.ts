/** A configuration file with lines added: what somebody wrote in it, comments and all, stays as it is. */
import { type Document, isMap, isSeq, parseDocument, type YAMLMap } from 'yaml';
import { apiVersion, kind } from './schema.ts';

export type AddedLine =
  | { readonly kind: 'registry'; readonly match: string; readonly key: string; readonly value: string }
  | { readonly kind: 'level'; readonly match: string; readonly code: string }
  | { readonly kind: 'assume'; readonly key: string; readonly value: string };

const head = ' Made by pullgate doctor: what the pulls of the nodes show.';

/** @param written a configuration that can be read; undefined where there is none yet */
export function configWith(written: string | undefined, lines: readonly AddedLine[]): string {
  const document = parseDocument(written ?? `apiVersion: ${apiVersion}\nkind: ${kind}\n`);
  if (written === undefined) document.commentBefore = head;
  for (const line of lines)
    switch (line.kind) {
      case 'assume':
        document.setIn(['assume', line.key], line.value);
        break;
      case 'registry':
        entryFor(document, line.match).set(line.key, line.value);
        break;
      case 'level':
        entryFor(document, line.match).setIn(['findings', line.code], 'warn');
        break;
    }
  return document.toString();
}

/** The first entry that matches counts, so that one for this registry alone comes before wider patterns. */
function entryFor(document: Document, match: string): YAMLMap {
  const entries = document.get('registries');
  const list = isSeq(entries) ? entries : document.createNode([]);
  if (list !== entries) document.set('registries', list);
  const known = list.items.find((item): item is YAMLMap => isMap(item) && item.get('match') === match);
  if (known !== undefined) return known;
  const entry = document.createNode({ match });
  const [first] = list.items;
  // A comment before the first entry belongs to the list as the library reads it.
  if (isMap(first) && list.commentBefore) {
    first.commentBefore = list.commentBefore;
    list.commentBefore = null;
  }
  list.items.unshift(entry);
  return entry;
}
