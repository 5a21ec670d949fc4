import type { HostPattern } from '../../core/egress/host-pattern.ts';
import type { Evidence } from '../../core/evidence/evidence.ts';
import type { PlannedPull } from '../../core/pull/plan.ts';
import type { Route } from '../../core/pull/route.ts';
import { inspect } from '../../core/registry/inspect.ts';
import { tokenPolicyOf } from '../../core/registry/token-policy.ts';
import { converse } from './converse.ts';
import type { Send, Terms } from './send.ts';

export type InspectPull = (pull: PlannedPull, terms: Terms) => Promise<readonly Evidence[]>;

/** Asks registries about planned pulls: each route of a pull as one conversation, all of them at the same time. */
export function pullInspector(send: Send, trustedTokenServers: readonly HostPattern[]): InspectPull {
  const tokenObjection = tokenPolicyOf(trustedTokenServers);

  async function inspectRoute({ endpoints, viewers }: Route, pull: PlannedPull, terms: Terms): Promise<Evidence> {
    const { reference, credentials, examiner, registry } = pull;
    const inquiry = { reference, endpoints, credentials, examiner, viewers, depth: registry.inspect, tokenObjection };
    const { value, ageMs } = await converse(inspect(inquiry), send, terms);
    return { ...value, ageMs };
  }

  return (pull, terms) => Promise.all(pull.routes.map((route) => inspectRoute(route, pull, terms)));
}
