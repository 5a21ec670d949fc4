import type { Flaw, Place } from './place.ts';
import type { JsonObject, JsonValue } from './read-item.ts';

export type ListedObject =
  | { readonly ok: true; readonly value: JsonObject; readonly place: Place }
  | { readonly ok: false; readonly flaw: Flaw };

/**
 * The objects of a document: itself, or the items of a `List`, a `PodList` and so on, which may be lists again. Items
 * are taken as they stand.
 */
export function* expandList(value: JsonValue, place: Place): Generator<ListedObject> {
  if (!isObject(value)) {
    yield {
      ok: false,
      flaw: { line: place.line, reason: `is ${nounOf(value)}, not a Kubernetes object; ${remedyFor(value)}` },
    };
    return;
  }
  const items = itemsOf(value);
  if (items === undefined) {
    yield { ok: true, value, place };
    return;
  }
  const places = place.items();
  for (const [index, item] of items.entries()) yield* expandItem(item, places[index] ?? place, index);
}

function* expandItem(item: JsonValue, place: Place, index: number): Generator<ListedObject> {
  if (isObject(item)) yield* expandList(item, place);
  else
    yield {
      ok: false,
      flaw: { line: place.line, reason: `has ${nounOf(item)} as items[${index}]; put a Kubernetes object there` },
    };
}

export function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A kind of somebody's own may end in List and have no items: it is an object like others. */
function itemsOf(value: JsonObject): readonly JsonValue[] | undefined {
  if (!Object.hasOwn(value, 'kind') || !Object.hasOwn(value, 'items')) return undefined;
  const { kind, items } = value;
  return typeof kind === 'string' && kind.endsWith('List') && isList(items) ? items : undefined;
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
