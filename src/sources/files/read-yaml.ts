import { isUtf8 } from 'node:buffer';
import { composeYaml } from './compose-yaml.ts';
import { type Finder, placeIn, type RecentFinder } from './document-place.ts';
import { LineTable } from './line-table.ts';
import type { Flaw, ReadDocument } from './place.ts';
import type { JsonValue } from './read-item.ts';
import { withoutCarriageReturns } from './read-plain-yaml.ts';
import type { DocumentStart } from './split-documents.ts';
import { bindAliases, offsetOf, type YamlNode } from './yaml-aliases.ts';
import { type YamlFault, YamlFaultFound } from './yaml-fault.ts';
import { treeFinder } from './yaml-place.ts';
import { yamlReasons } from './yaml-reasons.ts';
import { readYamlValue, type YamlTree } from './yaml-value.ts';

/** Reads one document of YAML: its value, as kubectl takes it, and where its parts stand. */
export function readYaml(bytes: Uint8Array, start: DocumentStart, recent: RecentFinder): ReadDocument {
  recent.forget();
  if (!isUtf8(bytes)) return { ok: false, flaw: notUtf8(bytes, start) };
  const text = withoutCarriageReturns(new TextDecoder().decode(bytes));
  const composed = composeYaml(text);
  const lines = new LineTable(composed.text, start);
  if (!composed.ok) return { ok: false, flaw: inItsLanguage(flawAt(composed.fault, lines), text) };
  const read = readTree(composed.root);
  if (!read.ok) return { ok: false, flaw: flawAt(read.fault, lines) };
  const located = { lines, makeFinder: () => finderIn(composed.text) };
  recent.remember(located, treeFinder(read.tree));
  return { ok: true, value: read.value, place: placeIn(located, recent, offsetOf(read.tree.root)) };
}

function finderIn(text: string): Finder {
  const composed = composeYaml(text);
  if (!composed.ok) throw new Error('a document that was read cannot be read again');
  return treeFinder({ root: composed.root, targets: bindAliases(composed.root) });
}

/**
 * Whoever writes JSON is not helped by rules of YAML, which is what kubectl tries next. The place is found by the YAML
 * parser, and so is near the fault.
 */
function inItsLanguage(flaw: Flaw, text: string): Flaw {
  if (!/^\s*\{\s*"/.test(text)) return flaw;
  if (Object.values(yamlReasons).includes(flaw.reason)) return { ...flaw, reason: notJson };
  return { ...flaw, reason: flaw.reason.replace('is not valid YAML', 'is not valid JSON') };
}

const notJson =
  'is not valid JSON here or shortly before; look for a comma too many, or a missing comma, colon, bracket or quote';

function flawAt({ offset, reason }: YamlFault, lines: LineTable): Flaw {
  return { ...lines.positionAt(offset), reason };
}

type ReadTree =
  | { readonly ok: true; readonly tree: YamlTree; readonly value: JsonValue }
  | { readonly ok: false; readonly fault: YamlFault };

function readTree(root: YamlNode): ReadTree {
  try {
    const tree = { root, targets: bindAliases(root) };
    return { ok: true, tree, value: readYamlValue(tree) };
  } catch (error) {
    if (error instanceof YamlFaultFound) return { ok: false, fault: error.fault };
    throw error;
  }
}

/** A character never crosses a line, so the line can be found alone. */
function notUtf8(bytes: Uint8Array, start: DocumentStart): Flaw {
  let line = start.line;
  for (let at = 0; at < bytes.length; line += 1) {
    const end = bytes.indexOf(0x0a, at) + 1 || bytes.length;
    if (!isUtf8(bytes.subarray(at, end))) break;
    at = end;
  }
  return { line, reason: 'is not encoded in UTF-8; save it as UTF-8' };
}
