/** A stream of text in lines, in linear time however small its pieces are. */
import type { Readable } from 'node:stream';

/** An event holds one object. */
const mostLineLength = 16 * 1024 * 1024;

/** Without empty lines, and without a last one that does not end. Undefined, and none after it, for one that is too long. */
export async function* linesIn(stream: Readable): AsyncGenerator<string | undefined, void> {
  let pieces: string[] = [];
  let length = 0;
  stream.setEncoding('utf8');
  for await (const chunk of stream) {
    const [end = '', ...begun] = String(chunk).split('\n');
    pieces.push(end);
    length += end.length;
    for (const next of begun) {
      if (length > 0) yield pieces.join('');
      pieces = [next];
      length = next.length;
    }
    if (length > mostLineLength) return yield undefined;
  }
}
