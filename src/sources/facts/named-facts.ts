import { isDeepStrictEqual } from 'node:util';

export type NamedFact<Fact> =
  | { readonly kind: 'found'; readonly fact: Fact }
  | { readonly kind: 'absent' }
  /** Several of one name have different content. */
  | { readonly kind: 'contradictory' };

/**
 * Facts of one kind by name. Two of one name and different content, such as those of `dev/` and `prod/`, leave it open
 * which of them will be there (contract §3, C23).
 */
export class NamedFacts<Fact> {
  readonly #isSame: (one: Fact, other: Fact) => boolean;
  readonly #facts = new Map<string, NamedFact<Fact>>();

  constructor(isSame: (one: Fact, other: Fact) => boolean = isDeepStrictEqual) {
    this.#isSame = isSame;
  }

  add(name: string, fact: Fact): void {
    const before = this.#facts.get(name);
    if (before === undefined) this.#facts.set(name, { kind: 'found', fact });
    else if (before.kind === 'found' && !this.#isSame(before.fact, fact))
      this.#facts.set(name, { kind: 'contradictory' });
  }

  named(name: string): NamedFact<Fact> {
    return this.#facts.get(name) ?? { kind: 'absent' };
  }
}

export const contradiction = 'several different ones in the input';
