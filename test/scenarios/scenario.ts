/** A scene together with what pullgate is to find in it. One list for all suites: both doors and the real nodes play it. */
import type { Scene } from '../nodes/scene.ts';

export type Scenario = Scene & {
  /** Rows of the list of pitfalls that it stands for: `A1`, `B2`. */
  readonly rows: readonly string[];
  /** About the image, on nodes of each generation: `code certainty`. None means that it can be pulled. */
  readonly finds: Finds | { readonly '1.7': Finds; readonly '2.4': Finds };
  /** The node decides by a state of its own that pullgate does not see: which one. */
  readonly undecidable?: string;
};

export type Finds = readonly string[];

export const nothing: Finds = [];
