/**
 * As much of the protobuf wire format as is asked here: strings, messages and booleans; all else in answers is skipped.
 * https://protobuf.dev/programming-guides/encoding
 */
export type Field = readonly [number: number, value: string | Buffer | boolean | undefined];

/** A field without a value, or with the default, is left out. */
export function encode(fields: readonly Field[]): Buffer {
  return Buffer.concat(
    fields.flatMap(([number, value]) => {
      if (value === undefined || value === '' || value === false) return [];
      if (value === true) return [varint(number << 3), varint(1)];
      const bytes = Buffer.from(value);
      return [varint((number << 3) | 2), varint(bytes.length), bytes];
    }),
  );
}

/** The length-delimited fields by number, in the order in which they came. */
export function decode(message: Buffer): ReadonlyMap<number, readonly Buffer[]> {
  const fields = new Map<number, Buffer[]>();
  for (let at = 0; at < message.length; ) {
    const tag = readVarint(message, at);
    const wireType = tag.value & 7;
    if (wireType === 0) at = readVarint(message, tag.end).end;
    else if (wireType === 1) at = tag.end + 8;
    else if (wireType === 5) at = tag.end + 4;
    else if (wireType === 2) {
      const length = readVarint(message, tag.end);
      at = length.end + length.value;
      const number = tag.value >>> 3;
      fields.set(number, [...(fields.get(number) ?? []), message.subarray(length.end, at)]);
    } else throw new Error(`protobuf wire type ${wireType} is not in use`);
  }
  return fields;
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Buffer.from([...bytes, rest]);
}

function readVarint(message: Buffer, start: number): { readonly value: number; readonly end: number } {
  let value = 0;
  for (let at = start, factor = 1; ; at += 1, factor *= 128) {
    const byte = message[at];
    if (byte === undefined) throw new Error('a protobuf number ends too early');
    value += (byte & 127) * factor;
    if (byte < 128) return { value, end: at + 1 };
  }
}
