/**
 * Paths of API objects; undefined for a name that no object can have. Who may create a Pod chooses names, and one with a
 * slash or two dots would ask for another object than it pretends to (k8s.io/apimachinery/pkg/api/validation/path).
 */
export type NamespacedResource = 'secrets' | 'serviceaccounts' | 'configmaps';

export function objectPath(namespace: string, resource: NamespacedResource, name: string): string | undefined {
  const inside = namespacePath(namespace);
  const last = segmentOf(name);
  return inside === undefined || last === undefined ? undefined : `${inside}/${resource}/${last}`;
}

export function namespacePath(name: string): string | undefined {
  const segment = segmentOf(name);
  return segment === undefined ? undefined : `/api/v1/namespaces/${segment}`;
}

/**
 * Of all objects of one resource in a namespace.
 * @param inCore what `namespacePath` gives
 * @param apiVersion `v1`, `apps/v1`
 * @param resource `pods`
 */
export function listPath(inCore: string, apiVersion: string, resource: string): string {
  return `${apiVersion === 'v1' ? inCore : inCore.replace('/api/v1', `/apis/${apiVersion}`)}/${resource}`;
}

export function runtimeClassPath(name: string): string | undefined {
  const segment = segmentOf(name);
  return segment === undefined ? undefined : `/apis/node.k8s.io/v1/runtimeclasses/${segment}`;
}

/** Of a DNS subdomain. */
const longestName = 253;

function segmentOf(name: string): string | undefined {
  if (name === '' || name.length > longestName || name === '.' || name === '..') return undefined;
  return /[/%]/.test(name) || !name.isWellFormed() ? undefined : encodeURIComponent(name);
}
