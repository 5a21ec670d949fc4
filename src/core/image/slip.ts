/**
 * Answers which typing mistake an image looks like, and what was probably meant. For hints beside a finding: it decides nothing.
 * A suggestion is given only where it parses and holds no further mistake. Nothing missing is made up: no registry, no digest.
 */
import { type ParsedReference, parseReference } from './reference.ts';
import type { SlipKind, Spotted } from './slip/slip-kind.ts';
import { spotInAccepted } from './slip/spot-in-accepted.ts';
import { spotInDigest } from './slip/spot-in-digest.ts';
import { spotInHostOrPath } from './slip/spot-in-host-or-path.ts';
import { spotInTag } from './slip/spot-in-tag.ts';
import { spotInText } from './slip/spot-in-text.ts';
import { writtenPartsOf } from './slip/written-parts.ts';

export type Slip = SlipKind & { readonly suggestion?: string };

/** Undefined where nothing is wrong, and where nothing usual is. */
export function slipOf(parsed: ParsedReference): Slip | undefined {
  const spotted = spot(parsed);
  if (spotted === undefined) return undefined;
  const suggestion = suggestionFrom(spotted);
  return suggestion === undefined ? spotted.slip : { ...spotted.slip, suggestion };
}

/** The longest host, path, tag and digest are together shorter by half: longer texts are no typing mistakes. */
const longestText = 2048;
/** Mistakes that lie on one another: `" https://gcr.io/Team/app:"` holds five. */
const mostRepairs = 6;

function suggestionFrom(first: Spotted): string | undefined {
  let text = first.repaired;
  for (let repairs = 0; text !== undefined && repairs < mostRepairs; repairs += 1) {
    const parsed = parseReference(text);
    const next = spot(parsed);
    if (next === undefined) return parsed.ok ? text : undefined;
    text = next.repaired;
  }
  return undefined;
}

function spot(parsed: ParsedReference): Spotted | undefined {
  if (parsed.ok) return spotInAccepted(parsed.reference);
  if (parsed.raw.length > longestText) return undefined;
  if (parsed.refusedBy === 'containerd')
    return { slip: { kind: 'not-an-ipv6-address', address: parsed.raw.slice(1, parsed.raw.indexOf(']')) } };
  const parts = writtenPartsOf(parsed.raw);
  return spotInText(parsed.raw) ?? spotInDigest(parts) ?? spotInHostOrPath(parts) ?? spotInTag(parts);
}
