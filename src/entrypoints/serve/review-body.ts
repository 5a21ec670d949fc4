/**
 * The text of a review. One that holds more values than are built, be it 7 MiB of `{},{},…`, still says what it is about: it
 * is answered, and its object is not examined.
 */
import { hasMoreValues } from '../../core/go/json-values.ts';
import { endOfValue, membersAt, skipBlanks } from '../../sources/files/scan-json.ts';

export type ReviewBody = {
  readonly body: unknown;
  /** Without its objects. */
  readonly isTooLarge?: true;
};

/** JSON values of one review: so many are built and looked at in 40 ms. A Deployment of 100 containers has some 10,000. */
export const mostReviewValues = 50_000;

/** @throws SyntaxError */
export function parseReviewBody(bytes: Buffer): ReviewBody {
  const text = String(bytes);
  // Foreign members such as `__proto__` are ordinary ones to JSON.parse, and are never read.
  if (!hasMoreValues(bytes, mostReviewValues)) return { body: JSON.parse(text) };
  return { body: envelopeIn(text), isTooLarge: true };
}

/** What an API server writes before the objects. */
const ofRequest: ReadonlySet<string> = new Set([
  'uid',
  'kind',
  'subResource',
  'name',
  'namespace',
  'operation',
  'userInfo',
]);
/** Groups of a user may be many. */
const mostCharacters = 64 * 1024;

function envelopeIn(text: string): object {
  const envelope = new Map<string, unknown>();
  const request = new Map<string, unknown>();
  for (const { name, valueAt } of membersAt(text, skipBlanks(text, 0))) {
    if (name === 'apiVersion' || name === 'kind') envelope.set(name, shortValueAt(text, valueAt));
    if (name !== 'request') continue;
    for (const member of membersAt(text, valueAt)) {
      if (ofRequest.has(member.name)) request.set(member.name, shortValueAt(text, member.valueAt));
      if (request.size === ofRequest.size) break;
    }
    // What follows the object in the envelope is read to the end.
    if (envelope.size === 2) break;
  }
  return { ...Object.fromEntries(envelope), request: Object.fromEntries(request) };
}

function shortValueAt(text: string, at: number): unknown {
  const end = endOfValue(text, at);
  return end - at > mostCharacters ? undefined : JSON.parse(text.slice(at, end));
}
