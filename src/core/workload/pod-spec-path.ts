/** Walks from an object to the pod specs that it embeds. */
import type { FieldProblem } from '../object/field-problem.ts';

/** A step of a path that passes through all elements of an array. */
export const everyElement = '[*]';

/** Names of members, and `[*]`, from the object to the pod spec: `['spec', 'workers', '[*]', 'template', 'spec']`. */
export type PodSpecPath = readonly string[];

export type PodSpecAt = {
  /** `spec.workers[0].template.spec` */
  readonly path: string;
  readonly value: object;
};

export type FoundPodSpecs =
  /** `isAbsent`: a member of the path is missing. An empty array is no missing member. */
  | { readonly ok: true; readonly specs: readonly PodSpecAt[]; readonly isAbsent: boolean }
  | { readonly ok: false; readonly problem: FieldProblem };

/** `spec.workers[*].template.spec` */
export function podSpecPathText(path: PodSpecPath): string {
  return path.reduce((text, step) => (step === everyElement ? `${text}${step}` : joined(text, step)), '');
}

/** Null is absent, as in the API server. */
export function podSpecsAt(object: unknown, path: PodSpecPath): FoundPodSpecs {
  return podSpecsBelow('', object, path);
}

function podSpecsBelow(at: string, value: unknown, path: PodSpecPath): FoundPodSpecs {
  const [step, ...rest] = path;
  if (value === undefined || value === null) return { ok: true, specs: [], isAbsent: true };
  if (step === everyElement) {
    if (!Array.isArray(value)) return wrongType(at, value, 'an array', 'write a list');
    return together(value.map((element: unknown, index) => podSpecsBelow(`${at}[${index}]`, element, rest)));
  }
  // Of the object itself nobody asks: what has a kind is a mapping.
  if (at !== '' && (typeof value !== 'object' || Array.isArray(value)))
    return wrongType(at, value, 'an object', 'write a mapping');
  if (step !== undefined) return podSpecsBelow(joined(at, step), memberOf(value, step), rest);
  return { ok: true, specs: typeof value === 'object' ? [{ path: at, value }] : [], isAbsent: false };
}

function together(all: readonly FoundPodSpecs[]): FoundPodSpecs {
  const specs: PodSpecAt[] = [];
  for (const found of all) {
    if (!found.ok) return found;
    specs.push(...found.specs);
  }
  return { ok: true, specs, isAbsent: specs.length === 0 && all.length > 0 };
}

function wrongType(path: string, value: unknown, expected: string, remedy: string): FoundPodSpecs {
  const found = Array.isArray(value) ? 'an array' : typeof value === 'object' ? 'an object' : `a ${typeof value}`;
  return { ok: false, problem: { path, problem: `must be ${expected}, but is ${found}`, remedy } };
}

/** Undefined where it is absent or null. */
export function memberOf(object: unknown, name: string): unknown {
  if (typeof object !== 'object' || object === null || !Object.hasOwn(object, name)) return undefined;
  return (object as Readonly<Record<string, unknown>>)[name] ?? undefined;
}

function joined(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
