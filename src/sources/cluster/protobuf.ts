/**
 * Objects of the API server as protobuf: of thousands of Pods it costs the server and us less than half of JSON, since all
 * that nobody asks for is passed over (kubernetes.io/docs/reference/using-api/api-concepts, "Protobuf encoding").
 */

/** The bytes are not what they should be. */
export class ProtobufError extends Error {}

/** Members of a message that are read, by field number; their names are those of JSON. */
export type MessageShape = { readonly [field: number]: Member };
type Member = {
  readonly name: string;
  readonly isList?: true;
  /** JSON has its members in place of itself: an embedded struct of Go. */
  readonly isInline?: true;
  /** Absent for a text; `present` for a message of which nothing but its presence counts. */
  readonly of?: MessageShape | 'present';
};

/** `k8s` and a zero byte, then a runtime.Unknown: the object itself is its field 2. */
const magic = [0x6b, 0x38, 0x73, 0];
const rawField = 2;

type Span = { readonly start: number; readonly end: number };

/** The object in the form of JSON, with what the shape names. @throws ProtobufError */
export function objectIn(bytes: Buffer, shape: MessageShape): unknown {
  if (magic.some((byte, index) => bytes[index] !== byte)) throw new ProtobufError('no protobuf');
  let object: Span | undefined;
  for (const field of fieldsIn(bytes, { start: magic.length, end: bytes.length }))
    if (field.number === rawField) object = field;
  return object && messageIn(bytes, object, shape);
}

function messageIn(bytes: Buffer, span: Span, shape: MessageShape): Readonly<Record<string, unknown>> {
  const message: Record<string, unknown> = {};
  for (const field of fieldsIn(bytes, span)) {
    const member = shape[field.number];
    if (member === undefined) continue;
    const value = valueIn(bytes, field, member);
    const before = message[member.name];
    if (member.isInline) Object.assign(message, value);
    else if (!member.isList) message[member.name] = value;
    else if (Array.isArray(before)) before.push(value);
    else message[member.name] = [value];
  }
  return message;
}

function valueIn(bytes: Buffer, span: Span, { of }: Member): unknown {
  if (of === undefined) return bytes.toString('utf8', span.start, span.end);
  return of === 'present' ? {} : messageIn(bytes, span, of);
}

/** Those with a length; numbers are passed over (protobuf.dev/programming-guides/encoding). */
function* fieldsIn(bytes: Buffer, { start, end }: Span): Generator<Span & { readonly number: number }> {
  let at = start;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = at < end ? bytes[at] : undefined;
      if (byte === undefined) throw new ProtobufError('cut off');
      at += 1;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new ProtobufError('no protobuf');
  };
  while (at < end) {
    const key = varint();
    const number = Math.floor(key / 8);
    const length = lengthOf(key % 8, varint);
    if (at + length > end) throw new ProtobufError('cut off');
    if (key % 8 === 2) yield { number, start: at, end: at + length };
    at += length;
  }
}

function lengthOf(wireType: number, varint: () => number): number {
  switch (wireType) {
    case 0:
      varint();
      return 0;
    case 1:
      return 8;
    case 2:
      return varint();
    case 5:
      return 4;
    default:
      throw new ProtobufError('no protobuf');
  }
}

const container: MessageShape = { 1: { name: 'name' }, 2: { name: 'image' } };
const status: MessageShape = {
  1: { name: 'name' },
  2: { name: 'state', of: { 2: { name: 'running', of: 'present' }, 3: { name: 'terminated', of: 'present' } } },
  6: { name: 'image' },
  7: { name: 'imageID' },
};

/** A PodList, as far as it tells of images (k8s.io/api/core/v1/generated.proto). */
export const podListShape: MessageShape = {
  1: { name: 'metadata', of: { 3: { name: 'continue' } } },
  2: {
    name: 'items',
    isList: true,
    of: {
      1: { name: 'metadata', of: { 1: { name: 'name' }, 3: { name: 'namespace' } } },
      2: {
        name: 'spec',
        of: {
          1: {
            name: 'volumes',
            isList: true,
            of: {
              2: {
                name: 'volumeSource',
                isInline: true,
                of: { 30: { name: 'image', of: { 1: { name: 'reference' } } } },
              },
            },
          },
          2: { name: 'containers', isList: true, of: container },
          20: { name: 'initContainers', isList: true, of: container },
          34: {
            name: 'ephemeralContainers',
            isList: true,
            of: { 1: { name: 'ephemeralContainerCommon', isInline: true, of: container } },
          },
        },
      },
      3: {
        name: 'status',
        of: {
          8: { name: 'containerStatuses', isList: true, of: status },
          10: { name: 'initContainerStatuses', isList: true, of: status },
          13: { name: 'ephemeralContainerStatuses', isList: true, of: status },
        },
      },
    },
  },
};
