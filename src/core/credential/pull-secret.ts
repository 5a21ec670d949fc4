import { z } from 'zod';
import { decodeBase64 } from '../go/base64.ts';
import { parseRfc3339 } from '../go/rfc3339.ts';
import { textMap } from '../object/api-json.ts';
import { type FieldProblem, fieldProblem, fieldProblemsOf } from '../object/field-problem.ts';
import { type ReadBy, schemaWhenUsed } from '../object/schema-when-used.ts';
import { SecretBytes, secretBytesOf } from './secret-bytes.ts';

/**
 * A Secret as far as pulling images needs it: what it holds, and who wrote it when. Whether its content is any good is
 * not asked here, since the API server does not ask it either.
 */
export type PullSecret = {
  readonly namespace?: string;
  readonly name: string;
  readonly uid?: string;
  readonly type: string;
  readonly data: ReadonlyMap<string, SecretBytes>;
  /** When it was last written, as far as it says: creation, or the latest of `managedFields`. Milliseconds since 1970. */
  readonly writtenAtMs?: number;
  /** What may write it again at any time. */
  readonly writers: readonly SecretWriter[];
};

export type SecretWriter =
  | { readonly kind: 'owner'; readonly ownerKind: string; readonly name: string }
  /** `mark`: the annotation or label that gives the controller away. */
  | { readonly kind: 'controller'; readonly controller: string; readonly mark: string };

export type ParsedSecret =
  | { readonly ok: true; readonly secret: PullSecret }
  | { readonly ok: false; readonly problems: readonly FieldProblem[] };

/** Marks that copying and synchronizing controllers put on the Secrets they write, never on those they read. */
const controllerMarks: ReadonlyMap<string, string> = new Map([
  ['reconcile.external-secrets.io/managed', 'External Secrets Operator'],
  ['reconcile.external-secrets.io/data-hash', 'External Secrets Operator'],
  ['reflector.v1.k8s.emberstack.com/reflects', 'Reflector'],
  ['reflector.v1.k8s.emberstack.com/auto-reflects', 'Reflector'],
  ['replicator.v1.mittwald.de/replicate-from', 'Kubernetes Replicator'],
  ['replicator.v1.mittwald.de/replicated-at', 'Kubernetes Replicator'],
  ['kubed.appscode.com/origin', 'Config Syncer'],
]);

const text = z.string().nullish();

const secretSchema = schemaWhenUsed(() =>
  z.object({
    metadata: z
      .object({
        name: text,
        namespace: text,
        uid: text,
        creationTimestamp: text,
        annotations: textMap,
        labels: textMap,
        ownerReferences: z.array(z.object({ kind: text, name: text }).nullable()).nullish(),
        managedFields: z.array(z.object({ time: text }).nullable()).nullish(),
      })
      .nullish(),
    type: text,
    data: textMap,
    stringData: textMap,
  }),
);
type SecretObject = ReadBy<typeof secretSchema>;

/** Whether the kubelet would read the same from both. */
export function holdsTheSame(one: PullSecret, other: PullSecret): boolean {
  return (
    one.type === other.type &&
    one.data.size === other.data.size &&
    [...one.data].every(([key, bytes]) => other.data.get(key)?.equals(bytes) === true)
  );
}

/** Reads a Secret from the API server or a manifest; null means absent, as in the API server. Never throws. */
export function parseSecret(object: unknown): ParsedSecret {
  const parsed = secretSchema.safeParse(object);
  if (!parsed.success) return { ok: false, problems: fieldProblemsOf(parsed.error, object) };
  const { metadata, type } = parsed.data;
  const data = readData(parsed.data);
  const times = readTimes(parsed.data);
  const name = metadata?.name ?? '';
  const problems = [
    ...(name === '' ? [fieldProblem(['metadata', 'name'], 'is missing', 'give the Secret a name')] : []),
    ...data.problems,
    ...times.problems,
  ];
  if (problems.length > 0) return { ok: false, problems };
  const secret: PullSecret = {
    ...(metadata?.namespace && { namespace: metadata.namespace }),
    name,
    ...(metadata?.uid && { uid: metadata.uid }),
    type: type || 'Opaque',
    data: data.data,
    ...(times.latestMs !== undefined && { writtenAtMs: times.latestMs }),
    writers: writersOf(metadata),
  };
  return { ok: true, secret };
}

type ReadData = { readonly data: ReadonlyMap<string, SecretBytes>; readonly problems: readonly FieldProblem[] };

/** `stringData` wins over `data`: the API server writes it over the latter when the object is stored. */
function readData({ data, stringData }: SecretObject): ReadData {
  const contents = new Map<string, SecretBytes>();
  const problems: FieldProblem[] = [];
  for (const [key, value] of data ?? []) {
    const decoded = decodeBase64(value, 'padded');
    if (decoded.ok) contents.set(key, new SecretBytes(decoded.bytes));
    else {
      const remedy = 'encode the value with base64, or move it to stringData as it is';
      problems.push(fieldProblem(['data', key], `is not base64 (wrong at byte ${decoded.at})`, remedy));
    }
  }
  for (const [key, value] of stringData ?? []) contents.set(key, secretBytesOf(value));
  return { data: contents, problems };
}

type ReadTimes = { readonly latestMs?: number; readonly problems: readonly FieldProblem[] };

function readTimes({ metadata }: SecretObject): ReadTimes {
  const fields = [
    { path: ['metadata', 'creationTimestamp'], time: metadata?.creationTimestamp },
    ...(metadata?.managedFields ?? []).map((entry, index) => ({
      path: ['metadata', 'managedFields', index, 'time'],
      time: entry?.time,
    })),
  ];
  const written = fields.flatMap(({ path, time }) => (time ? [{ path, timeMs: parseRfc3339(time) }] : []));
  const times = written.flatMap(({ timeMs }) => (timeMs === undefined ? [] : [timeMs]));
  const problems = written
    .filter(({ timeMs }) => timeMs === undefined)
    .map(({ path }) => fieldProblem(path, 'is not a time', 'write it as 2006-01-02T15:04:05Z, or remove it'));
  return { problems, ...(times.length > 0 && { latestMs: Math.max(...times) }) };
}

function writersOf(metadata: SecretObject['metadata']): readonly SecretWriter[] {
  const owners = (metadata?.ownerReferences ?? []).map(
    (owner): SecretWriter => ({ kind: 'owner', ownerKind: owner?.kind ?? '', name: owner?.name ?? '' }),
  );
  const marks = [...(metadata?.annotations?.keys() ?? []), ...(metadata?.labels?.keys() ?? [])];
  const controllers = marks.flatMap((mark): readonly SecretWriter[] => {
    const controller = controllerMarks.get(mark);
    return controller === undefined ? [] : [{ kind: 'controller', controller, mark }];
  });
  return [...owners, ...controllers];
}
