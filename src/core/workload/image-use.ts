/** One field that names an image. Sources: pull-semantics 7.1; kubelet kuberuntime_manager.go for the order of pulls. */
import { defaultPullPolicy, type PullPolicy } from '../image/pull-policy.ts';
import { type ParsedReference, parseReference } from '../image/reference.ts';
import type { FieldProblem } from '../object/field-problem.ts';
import type { Members, Reader } from '../object/reader.ts';
import type { WorkloadKind } from './workload-kind.ts';

export type ImageUse = {
  readonly place: 'container' | 'initContainer' | 'ephemeralContainer' | 'volume';
  /** Of the container or volume. */
  readonly name: string;
  /** The field in the object: `spec.template.spec.containers[0].image`. */
  readonly path: string;
  readonly parsed: ParsedReference;
  readonly pullPolicy: PullPolicy;
  /** False for an image volume that no container mounts: its pull is tried, but nobody waits for it. */
  readonly isNeeded: boolean;
  /** Why something else will stand there when a kubelet reads it. */
  readonly notRendered?: NotRendered;
};

/** What stands in the field is not what will be applied (contract §3, C22). */
export type NotRendered =
  /** `${TAG}` */
  | { readonly kind: 'placeholder'; readonly placeholder: string }
  /** A container of a custom resource without an image, which its controller may fill in. */
  | { readonly kind: 'filled-in-by-controller' }
  /** A container of a manifest without an image: no API server takes it, so that it is a part of something. */
  | { readonly kind: 'no-image' }
  /** The kustomization replaces the image. */
  | { readonly kind: 'replaced'; readonly kustomization: string };

/** As the user wrote it. */
export function writtenImage({ parsed }: Pick<ImageUse, 'parsed'>): string {
  return parsed.ok ? parsed.reference.raw : parsed.raw;
}

type Container = {
  readonly name: string;
  readonly image: string;
  readonly imagePullPolicy: string;
  readonly volumeMounts: readonly string[];
};
type Volume = { readonly name: string; readonly image?: { readonly reference: string; readonly pullPolicy: string } };

/** The part of a pod spec that names images. */
type Images = {
  readonly containers: readonly Container[];
  readonly initContainers: readonly Container[];
  readonly ephemeralContainers: readonly Container[];
  readonly volumes: readonly Volume[];
};

export function readImages(reader: Reader, podSpec: Members): Images {
  const nameOf = (mount: Members) => reader.text(mount, 'name');
  const container = (of: Members): Container => ({
    name: reader.text(of, 'name'),
    image: reader.text(of, 'image'),
    imagePullPolicy: reader.text(of, 'imagePullPolicy'),
    volumeMounts: reader.structs(of, 'volumeMounts', nameOf),
  });
  const imageOf = (of: Members) => ({
    reference: reader.text(of, 'reference'),
    pullPolicy: reader.text(of, 'pullPolicy'),
  });
  const volume = (of: Members): Volume => {
    const name = reader.text(of, 'name');
    const image = reader.struct(of, 'image', imageOf);
    return image === undefined ? { name } : { name, image };
  };
  return {
    containers: reader.structs(podSpec, 'containers', container),
    initContainers: reader.structs(podSpec, 'initContainers', container),
    ephemeralContainers: reader.structs(podSpec, 'ephemeralContainers', container),
    volumes: reader.structs(podSpec, 'volumes', volume),
  };
}

export type ListedImages =
  | { readonly ok: true; readonly uses: readonly ImageUse[] }
  | { readonly ok: false; readonly problems: readonly FieldProblem[] };

/** Every image of a pod spec, in the order of its lists: what runs first comes last, as people look for it. */
export function imageUsesOf(
  spec: Images,
  podSpecPath: string,
  missingImage?: WorkloadKind['missingImage'],
): ListedImages {
  if (spec.containers.length === 0 && missingImage !== 'filled-in')
    return {
      ok: false,
      problems: [{ path: `${podSpecPath}.containers`, problem: 'has no container', remedy: 'write at least one' }],
    };
  const containers = [...spec.containers, ...spec.initContainers, ...spec.ephemeralContainers];
  const mounted = new Set(containers.flatMap(({ volumeMounts }) => volumeMounts));
  const fields = [
    ...spec.containers.map((item, index) => ofContainer('container', `containers[${index}]`, item)),
    ...spec.initContainers.map((item, index) => ofContainer('initContainer', `initContainers[${index}]`, item)),
    ...spec.ephemeralContainers.map((item, index) =>
      ofContainer('ephemeralContainer', `ephemeralContainers[${index}]`, item),
    ),
    ...spec.volumes.flatMap((item, index) => ofVolume(`volumes[${index}].image`, item, mounted)),
  ];
  const uses: ImageUse[] = [];
  const problems: FieldProblem[] = [];
  for (const { place, name, isNeeded, image, at, imageField, policyField, written } of fields) {
    if (image === '' && missingImage === 'filled-in') continue;
    const parsed = parseReference(image);
    const policy = defaultPullPolicy(written, parsed);
    if (policy.kind === 'unsupported')
      problems.push({
        path: `${podSpecPath}.${at}.${policyField}`,
        problem: `is ${JSON.stringify(policy.written)}`,
        remedy: 'write Always, IfNotPresent or Never',
      });
    else
      uses.push({
        place,
        name,
        isNeeded,
        path: `${podSpecPath}.${at}.${imageField}`,
        parsed,
        pullPolicy: policy.pullPolicy,
        ...(image === '' && missingImage === 'unknown' && { notRendered: { kind: 'filled-in-by-controller' } }),
      });
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, uses };
}

type ImageField = Pick<ImageUse, 'place' | 'name' | 'isNeeded'> & {
  readonly at: string;
  readonly image: string;
  readonly imageField: string;
  readonly policyField: string;
  readonly written: string;
};

function ofContainer(place: ImageUse['place'], at: string, item: Container): ImageField {
  const { name, image, imagePullPolicy: written } = item;
  return { place, name, isNeeded: true, at, image, imageField: 'image', policyField: 'imagePullPolicy', written };
}

function ofVolume(at: string, { name, image }: Volume, mounted: ReadonlySet<string>): readonly ImageField[] {
  // Validation allows an empty reference in a template: a source that a controller fills in later.
  if (image === undefined || image.reference === '') return [];
  const field = {
    at,
    image: image.reference,
    imageField: 'reference',
    policyField: 'pullPolicy',
    written: image.pullPolicy,
  };
  return [{ place: 'volume', name, isNeeded: mounted.has(name), ...field }];
}
