/**
 * Bytes that nobody may see by accident: printing, logging or serializing them, or anything that holds them, shows
 * "[redacted]". The only class of this room, because only private fields are out of reach of inspection.
 * Two of them are never told apart by a deep comparison either: compare with `equals`.
 */
export class SecretBytes {
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isEmpty(): boolean {
    return this.#bytes.length === 0;
  }

  /** The bytes themselves, for the one place that sends or decodes them. */
  reveal(): Uint8Array {
    return this.#bytes;
  }

  equals(other: SecretBytes): boolean {
    const bytes = other.reveal();
    return bytes.length === this.#bytes.length && this.#bytes.every((byte, index) => byte === bytes[index]);
  }

  toString(): string {
    return redacted;
  }

  toJSON(): string {
    return redacted;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return redacted;
  }
}

const redacted = '[redacted]';

export function secretBytesOf(text: string): SecretBytes {
  return new SecretBytes(new TextEncoder().encode(text));
}
