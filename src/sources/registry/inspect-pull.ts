import type { HostPattern } from '../../core/egress/host-pattern.ts';
import type { Evidence } from '../../core/evidence/evidence.ts';
import type { PlannedPull } from '../../core/pull/plan.ts';
import type { Route } from '../../core/pull/route.ts';
import { type Inquiry, inspect } from '../../core/registry/inspect.ts';
import { tokenPolicyOf } from '../../core/registry/token-policy.ts';
import type { Carrier } from './carrier.ts';
import { converse } from './converse.ts';
import type { Terms } from './send.ts';

/** A promise only where something is not known yet. */
export type InspectPull = (pull: PlannedPull, terms: Terms) => readonly Evidence[] | Promise<readonly Evidence[]>;

/** Asks registries about planned pulls: each route of a pull as one conversation, all of them at the same time. */
export function pullInspector(
  { send, evidence: memory }: Pick<Carrier, 'send' | 'evidence'>,
  trustedTokenServers: readonly HostPattern[],
): InspectPull {
  const tokenObjection = tokenPolicyOf(trustedTokenServers);

  function inquiryOf({ endpoints, viewers }: Route, pull: PlannedPull): Inquiry {
    const { reference, credentials, examiner, registry } = pull;
    return { reference, endpoints, credentials, examiner, viewers, depth: registry.inspect, tokenObjection };
  }

  async function ask(inquiry: Inquiry, terms: Terms): Promise<Evidence> {
    const record = memory.openRecord(inquiry, terms.asker);
    const { value, ageMs } = await converse(inspect(inquiry), send, terms, record.note);
    const evidence = { ...value, ageMs };
    record.retain(evidence);
    return evidence;
  }

  return (pull, terms) => {
    const inquiries = pull.routes.map((route) => inquiryOf(route, pull));
    const known = inquiries.map((inquiry) => memory.recall(inquiry, terms.maxAgeMs));
    if (known.every((evidence) => evidence !== undefined)) return known;
    return Promise.all(inquiries.map(async (inquiry, index) => known[index] ?? ask(inquiry, terms)));
  };
}
