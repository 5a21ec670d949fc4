import { quoted } from './quoted.ts';

/** Not an error of kubectl, which passes on the last one; but never what was meant. */
export function duplicateKey(name: string, firstLine: number): string {
  return `has the key ${quoted(name)} twice (first on line ${firstLine}), and kubectl silently takes the last; remove one`;
}
