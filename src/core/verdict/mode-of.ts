/** Which mode a namespace is in (contract §5). */
import type { NamespaceLookup } from '../object/namespace.ts';
import { type Mode, modes } from './verdict.ts';

export const modeLabel = 'pullgate.dev/mode';

export type ModeSettings = { readonly default: Mode; readonly exemptNamespaces: readonly string[] };

export type NamespaceMode = {
  readonly mode: Mode /** A value of the label that is none of the modes. */;
  readonly unknownValue?: string;
};

/**
 * The label stands above everything; an unknown value counts as no label. Nothing is denied in a namespace that could not
 * be read, or not lately: its label may say so by now.
 */
export function modeOfNamespace(name: string, lookup: NamespaceLookup, settings: ModeSettings): NamespaceMode {
  const otherwise = settings.exemptNamespaces.includes(name) ? 'off' : settings.default;
  if (lookup.kind === 'unknown') return { mode: withoutDenials(otherwise) };
  const label = lookup.kind === 'found' ? lookup.namespace.labels.get(modeLabel) : undefined;
  const mode = modes.find((known) => known === label);
  const isStale = lookup.kind === 'found' && lookup.isStale === true;
  const applying = isStale ? withoutDenials(mode ?? otherwise) : (mode ?? otherwise);
  return label === undefined || mode !== undefined ? { mode: applying } : { mode: applying, unknownValue: label };
}

function withoutDenials(mode: Mode): Mode {
  return mode === 'enforce' ? 'warn' : mode;
}
