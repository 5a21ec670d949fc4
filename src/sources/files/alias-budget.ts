/**
 * How much of a document may come from aliases: the rule of go.yaml.in/yaml/v2 (decode.go, allowedAliasRatio), so that
 * what kubectl expands is expanded here, and what it refuses as a bomb is refused.
 */
export class AliasBudget {
  /** The document itself counts there too. */
  #decoded = 1;
  #aliased = 0;

  /** Counts one node, wherever it is reached from. False once the aliases are excessive. */
  spend(isInAlias: boolean): boolean {
    this.#decoded += 1;
    if (isInAlias) this.#aliased += 1;
    if (this.#aliased <= 100 || this.#decoded <= 1_000) return true;
    return this.#aliased / this.#decoded <= allowedRatio(this.#decoded);
  }
}

const low = 400_000;
const high = 4_000_000;

/** 99 % up to 400,000 nodes, 10 % from 4,000,000 on, on a line between: at most some 400,000 nodes come from aliases. */
function allowedRatio(decoded: number): number {
  if (decoded <= low) return 0.99;
  if (decoded >= high) return 0.1;
  return 0.99 - 0.89 * ((decoded - low) / (high - low));
}
