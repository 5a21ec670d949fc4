import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type MessageShape, objectIn, ProtobufError, podListShape } from '../../../src/sources/cluster/protobuf.ts';
import { effort } from '../../support/effort.ts';

const magic = Buffer.from('k8s\0');

function varint(value: number): readonly number[] {
  return value < 0x80 ? [value] : [(value % 0x80) + 0x80, ...varint(Math.floor(value / 0x80))];
}

/** A field with a length. */
function field(number: number, content: string | Buffer): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([Buffer.from([...varint(number * 8 + 2), ...varint(bytes.length)]), bytes]);
}

function anAnswer(...fields: readonly Buffer[]): Buffer {
  return Buffer.concat([magic, field(1, field(1, 'v1')), field(2, Buffer.concat(fields)), field(4, '')]);
}

const shape: MessageShape = {
  1: { name: 'metadata', of: { 1: { name: 'name' } } },
  2: { name: 'items', isList: true },
  3: { name: 'source', isInline: true, of: { 30: { name: 'image' } } },
  4: { name: 'running', of: 'present' },
};

function errorOf(bytes: Buffer): unknown {
  try {
    objectIn(bytes, podListShape);
    return undefined;
  } catch (error) {
    return error;
  }
}

describe('of a message is read', () => {
  test('what the shape names, in the form of JSON', () => {
    const bytes = anAnswer(
      field(2, 'one'),
      field(1, Buffer.concat([field(7, 'passed over'), field(1, 'näme')])),
      field(2, 'two'),
      field(3, field(30, 'app:1')),
      field(4, ''),
    );
    expect(objectIn(bytes, shape)).toEqual({
      metadata: { name: 'näme' },
      items: ['one', 'two'],
      image: 'app:1',
      running: {},
    });
  });

  test('nothing of numbers, whatever their width', () => {
    const numbers = [Buffer.from([8 * 9, 0xff, 0x01]), Buffer.from([8 * 9 + 1, ...Array(8).fill(1)])];
    const bytes = anAnswer(...numbers, Buffer.from([8 * 9 + 5, 1, 2, 3, 4]), field(2, 'one'));
    expect(objectIn(bytes, shape)).toEqual({ items: ['one'] });
  });

  test('a long text, and no text at all', () => {
    const long = 'x'.repeat(70_000);
    expect(objectIn(anAnswer(field(2, long), field(2, '')), shape)).toEqual({ items: [long, ''] });
  });

  test('nothing, where there is no object', () => {
    expect(objectIn(magic, shape)).toBeUndefined();
  });
});

describe('what is no protobuf is refused', () => {
  test.each([
    ['JSON', Buffer.from('{"kind":"PodList"}'), 'no protobuf'],
    ['nothing', Buffer.alloc(0), 'no protobuf'],
    ['a text that is cut off', anAnswer(Buffer.from([8 * 2 + 2, 9, 1])), 'cut off'],
    ['a number that is cut off', anAnswer(Buffer.from([8 * 2, 0x80])), 'cut off'],
    ['a number without end', anAnswer(Buffer.from([8 * 2, ...Array(11).fill(0x80)])), 'no protobuf'],
    ['a group', anAnswer(Buffer.from([8 * 2 + 3])), 'no protobuf'],
  ])('%s', (_name, bytes, message) => {
    expect(() => objectIn(bytes, shape)).toThrow(new ProtobufError(message));
  });

  test('and nothing else happens, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const error = errorOf(Buffer.concat([magic, field(2, Buffer.from(bytes))]));
        expect(error === undefined || error instanceof ProtobufError).toBe(true);
      }),
      { numRuns: effort(500, 20_000) },
    );
  });
});
