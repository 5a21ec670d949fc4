/** Which mode a namespace is in (contract §5). */
import type { Namespace } from '../object/namespace.ts';
import { type Mode, modes } from './verdict.ts';

export const modeLabel = 'pullgate.dev/mode';

export type ModeSettings = { readonly default: Mode; readonly exemptNamespaces: readonly string[] };

export type NamespaceMode = {
  readonly mode: Mode /** A value of the label that is none of the modes. */;
  readonly unknownValue?: string;
};

/** The label stands above everything; an unknown value counts as no label. */
export function modeOfNamespace(name: string, namespace: Namespace | undefined, settings: ModeSettings): NamespaceMode {
  const otherwise = settings.exemptNamespaces.includes(name) ? 'off' : settings.default;
  const label = namespace?.labels.get(modeLabel);
  if (label === undefined) return { mode: otherwise };
  const mode = modes.find((known) => known === label);
  return mode === undefined ? { mode: otherwise, unknownValue: label } : { mode };
}
