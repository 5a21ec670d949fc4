/**
 * The tables `rewrite` of a hosts.toml, which the containerd of k3s and RKE2 knows and no other: for one host, expressions
 * that change the repository that is asked for (k3s-io/containerd, core/remotes/docker/resolver.go, withRewritesFromHost).
 * Path and token scope are those of the changed repository; `ns` and the name under which the node keeps the image stay.
 */
import { type CompilePattern, replaceAll } from '../go/pattern.ts';
import type { Endpoint } from './endpoint.ts';
import type { FromFiles } from './node-files.ts';

/** Expression and replacement, in Go's syntax, in the order of the file. */
export type Rewrites = readonly (readonly [expression: string, replacement: string])[];

export type RewritingEndpoint = Endpoint & { readonly rewrites?: Rewrites };

/** Each endpoint with the repository that is asked for there. `compile`: absent where no engine was loaded. */
export function atRewrittenRepositories(
  endpoints: readonly RewritingEndpoint[],
  repository: string,
  compile: CompilePattern | undefined,
): FromFiles<readonly Endpoint[]> {
  const rewritten: Endpoint[] = [];
  for (const { rewrites, ...endpoint } of endpoints) {
    if (rewrites !== undefined && compile === undefined)
      return unknown(`the rewrites for ${endpoint.host} cannot be followed`);
    const [only, ...others] = repositoriesOf(repository, rewrites ?? [], compile);
    if (only === undefined) rewritten.push(endpoint);
    else if (others.length > 0) return unknown(`several rewrites for ${endpoint.host} fit, and one is taken at random`);
    // containerd would take the rest for a query, or end the pull.
    else if (!/^[\w./-]*$/.test(only)) return unknown(`a rewrite for ${endpoint.host} makes no repository`);
    else rewritten.push({ ...endpoint, repository: only });
  }
  return { kind: 'value', value: rewritten };
}

function unknown(reason: string): FromFiles<never> {
  return { kind: 'unknown', reason };
}

/** The first that changes anything counts, but Go walks through the table in random order; what does not compile is passed over. */
function repositoriesOf(
  repository: string,
  rewrites: Rewrites,
  compile: CompilePattern | undefined,
): readonly string[] {
  const changed = rewrites.flatMap(([expression, replacement]) => {
    const pattern = compile?.(expression);
    const result = pattern === undefined ? repository : replaceAll(pattern, repository, replacement);
    return result === repository ? [] : [result];
  });
  return [...new Set(changed)];
}
