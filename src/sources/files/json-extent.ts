import { maxJsonValues, maxNesting } from './limits.ts';

const quote = 0x22;
const backslash = 0x5c;

/**
 * Finds the end of a JSON object in a stream of bytes without holding or understanding it: brackets are counted
 * outside of strings. kubectl reads concatenated objects (`{…}{…}`), so the end cannot be known from the lines.
 */
export class JsonExtent {
  #depth = 0;
  #inString = false;
  #escaped = false;
  #separators = 0;
  #containers = 0;
  #isTooDeep = false;

  get isTooDeep(): boolean {
    return this.#isTooDeep;
  }

  get isTooDense(): boolean {
    return this.#separators + this.#containers > maxJsonValues;
  }

  /** Takes the bytes from `at` to `end`, beginning with the opening brace. The index after the closing one, if it is there. */
  feed(bytes: Uint8Array, at: number, end: number): number | undefined {
    for (let index = at; index < end; index += 1) {
      const byte = bytes[index];
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (byte === backslash) this.#escaped = true;
        else if (byte === quote) this.#inString = false;
      } else if (byte === quote) this.#inString = true;
      else if (byte === 0x2c) this.#separators += 1;
      else if (byte === 0x7b || byte === 0x5b) {
        this.#depth += 1;
        this.#containers += 1;
        if (this.#depth > maxNesting) this.#isTooDeep = true;
      } else if (byte === 0x7d || byte === 0x5d) {
        this.#depth -= 1;
        if (this.#depth === 0) return index + 1;
      }
    }
    return undefined;
  }
}
