import { maxListNesting } from './limits.ts';
import type { Flaw, Place } from './place.ts';
import type { JsonObject, JsonValue } from './read-item.ts';

export type ListedObject =
  | { readonly ok: true; readonly value: JsonObject; readonly place: Place }
  | { readonly ok: false; readonly flaw: Flaw };

/**
 * The objects of a document: itself, or the items of a `List`, a `PodList` and so on, which may be lists again. What an
 * item of a `PodList` does not say of its type is said by the list, as for kubectl: the API server leaves it out there.
 */
export function* expandList(value: JsonValue, place: Place, depth = 0): Generator<ListedObject> {
  if (!isObject(value)) {
    yield flawed(place, `is ${nounOf(value)}, not a Kubernetes object; ${remedyFor(value)}`);
    return;
  }
  const items = itemsOf(value);
  if (items === undefined && hasWrongItems(value)) yield flawed({ line: place.lineOf(['items']) }, wrongItems(value));
  else if (items === undefined) yield { ok: true, value, place };
  else if (depth < maxListNesting)
    yield* expandItems(
      items.map((item) => typedBy(value, item)),
      place,
      depth + 1,
    );
  else yield flawed(place, `is a list inside ${maxListNesting} others; put the objects into one list`);
}

function* expandItems(items: readonly JsonValue[], list: Place, depth: number): Generator<ListedObject> {
  const places = list.items()[Symbol.iterator]();
  for (const [index, item] of items.entries()) {
    const next = places.next();
    const place = next.done === true ? list : next.value;
    if (isObject(item)) yield* expandList(item, place, depth);
    else yield flawed(place, `has ${nounOf(item)} as items[${index}]; put a Kubernetes object there`);
  }
}

function flawed({ line }: Pick<Place, 'line'>, reason: string): ListedObject {
  return { ok: false, flaw: { line, reason } };
}

export function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function typedBy({ apiVersion, kind }: JsonObject, item: JsonValue): JsonValue {
  if (!isObject(item) || typeof kind !== 'string' || kind === 'List') return item;
  return { apiVersion: apiVersion ?? null, kind: kind.slice(0, -'List'.length), ...item };
}

/** A kind of somebody's own may end in List and have no items: it is an object like others. */
function itemsOf(value: JsonObject): readonly JsonValue[] | undefined {
  if (!Object.hasOwn(value, 'kind') || !Object.hasOwn(value, 'items')) return undefined;
  const { kind, items } = value;
  return typeof kind === 'string' && kind.endsWith('List') && isList(items) ? items : undefined;
}

/** Of the kinds that the API server has itself: their groups have no dot in their names, somebody's own must have one. */
function hasWrongItems({ apiVersion, kind, items }: JsonObject): boolean {
  if (typeof apiVersion !== 'string' || !/^[^./]+(?:\/[^/]+)?$/.test(apiVersion)) return false;
  // Null is an empty list.
  return typeof kind === 'string' && kind.endsWith('List') && (items ?? null) !== null;
}

function wrongItems({ items }: JsonObject): string {
  const found = isObject(items ?? null) ? 'a mapping' : nounOf(items ?? null);
  return `has a wrong field: items must be a list, but is ${found}; write the objects as a list`;
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function nounOf(value: JsonValue): string {
  if (isList(value)) return 'a list';
  if (value === null) return 'nothing (null)';
  return typeof value === 'string' ? 'text' : `a ${typeof value}`;
}

function remedyFor(value: JsonValue): string {
  if (isList(value)) return 'put "---" between its objects, or make them the items of a List';
  return 'give apiVersion, kind and the rest as a mapping';
}
