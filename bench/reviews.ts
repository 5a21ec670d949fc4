/** Admission reviews as the API server sends them: some 6 KB, of which annotations are most. */

export type ReviewsWanted = {
  /** Different images from which the containers are chosen in turn. */
  readonly images: number;
  readonly containers: number;
  /** Of the pool: other names stand for other images. */
  readonly pool?: string;
  /** In each so many reviews one image is new. */
  readonly newImageEach?: number;
  /** In each so many reviews one image is missing. */
  readonly missingImageEach?: number;
  /** Bytes of annotations. */
  readonly padding?: number;
};

/** Two reviews of the same number are the same. */
export function reviewText(number: number, wanted: ReviewsWanted): string {
  const { images, containers, pool = 'app', newImageEach, missingImageEach, padding = 5000 } = wanted;
  const isNth = (each: number | undefined) => each !== undefined && number % each === 0;
  const imageOf = (container: number): string => {
    if (container === 0 && isNth(newImageEach)) return `${registryName}/new/${pool}-${number}:v1`;
    const tag = container === 0 && isNth(missingImageEach) ? 'missing' : 'v1';
    return `${registryName}/team/${pool}-${(number * containers + container) % images}:${tag}`;
  };
  const kind = { group: '', version: 'v1', kind: 'Pod' };
  const resource = { group: '', version: 'v1', resource: 'pods' };
  const name = `pod-${number}`;
  return JSON.stringify({
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: `review-${number}`,
      kind,
      resource,
      requestKind: kind,
      requestResource: resource,
      name,
      namespace: namespaceName,
      operation: 'CREATE',
      userInfo: { username: 'jane', groups: ['system:authenticated'] },
      object: {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name, namespace: namespaceName, annotations: { 'example.com/padding': 'x'.repeat(padding) } },
        spec: {
          containers: Array.from({ length: containers }, (_, container) => ({
            name: `c${container}`,
            image: imageOf(container),
            imagePullPolicy: 'Always',
            env: [{ name: 'A', value: 'b' }],
            ports: [{ containerPort: 80 }],
            resources: { limits: { cpu: '1' } },
          })),
          serviceAccountName: 'default',
          restartPolicy: 'Always',
        },
      },
      oldObject: null,
      dryRun: false,
      options: {},
    },
  });
}

export const registryName = 'bench.test';
/** Of the tenant who means harm. */
export const hostileName = 'hostile.test';
export const namespaceName = 'bench';

/** All that a cluster would tell of this namespace. */
export const facts: readonly object[] = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespaceName } },
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: namespaceName } },
  {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'node-1', labels: { 'kubernetes.io/arch': 'amd64', 'kubernetes.io/os': 'linux' } },
    status: {
      nodeInfo: {
        architecture: 'amd64',
        operatingSystem: 'linux',
        containerRuntimeVersion: 'containerd://2.1.4',
        kubeletVersion: 'v1.34.1',
      },
      conditions: [{ type: 'Ready', status: 'True' }],
    },
  },
];
