import type { CredentialOrigin } from '../credential/credential.ts';
import type { PullSecret, SecretWriter } from '../credential/pull-secret.ts';
import type { SecretsSeen } from '../pull/plan.ts';

/** A Secret that was written a moment ago may be one of several steps (contract §3, C7). */
const settledAfterMs = 2 * 60 * 1000;

/** Why the Secrets whose credentials were tried may hold other ones soon, a text each. */
export function unsettledSecrets(
  tried: readonly CredentialOrigin[],
  { found }: SecretsSeen,
  nowMs: number,
): readonly string[] {
  const names = new Set(tried.flatMap((origin) => (origin.source === 'secret' ? [origin.name] : [])));
  return found.filter(({ name }) => names.has(name)).flatMap((secret) => whyUnsettled(secret, nowMs));
}

/** Why Secrets that give no credential may give one soon: what a controller writes may be a stub until then (C6, C7). */
export function unfilledSecrets({ found }: Pick<SecretsSeen, 'found'>, only?: string): readonly string[] {
  return found.filter(({ name }) => only === undefined || name === only).flatMap(whyWritten);
}

function whyUnsettled(secret: PullSecret, nowMs: number): readonly string[] {
  const { name, writers, writtenAtMs } = secret;
  if (writers.length > 0) return whyWritten(secret);
  const ageMs = writtenAtMs === undefined ? settledAfterMs : nowMs - writtenAtMs;
  return ageMs < settledAfterMs ? [`Secret ${name} was written less than 2 minutes ago`] : [];
}

function whyWritten({ name, writers: [writer] }: PullSecret): readonly string[] {
  return writer === undefined ? [] : [`Secret ${name} is written by ${nameOf(writer)}`];
}

function nameOf(writer: SecretWriter): string {
  return writer.kind === 'owner' ? `its owner, ${writer.ownerKind} ${writer.name}` : writer.controller;
}
