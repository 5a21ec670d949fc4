/** The code and the data of what keeps an image from being pulled, or from being judged. */
import type { Fails, Unknown } from '../content/outcome.ts';
import { sentAs } from '../credential/credential.ts';
import type { Absence, Refusal, UselessAnswer } from '../evidence/evidence.ts';
import { mediaKindOf } from '../image/media-type.ts';
import { slipOf } from '../image/slip.ts';
import type { PlannedPull, SecretsSeen } from '../pull/plan.ts';
import { hostOfRegistry } from '../registry/default-endpoint.ts';
import type { FindingDetail, RegistryErrorCause, UnsupportedManifest } from './finding.ts';
import type { Failure } from './group-result.ts';
import { nearestTags } from './nearest-tags.ts';
import type { Trouble } from './trouble.ts';

export type FailureContext = { readonly plan: PlannedPull; readonly secrets: SecretsSeen; readonly namespace: string };

export function detailOf(failure: Failure, context: FailureContext): FindingDetail {
  const registry = context.plan.reference.registry;
  switch (failure.kind) {
    case 'absent':
      return absentDetail(failure.absence, context);
    case 'refused':
      return isMissingOfficialImage(failure, context)
        ? absentDetail({ tags: { kind: 'repository-absent' } }, context)
        : refusedDetail(failure.refusal, context);
    case 'oversized':
      return { code: 'unsupported-manifest', problem: { kind: 'too-large', bytes: failure.bytes } };
    case 'unclear':
      return unclearDetail(failure, registry);
    case 'content':
      return failure.outcome.kind === 'fails'
        ? contentDetail(failure.outcome)
        : unreadDetail(failure.outcome, registry);
  }
}

/** Docker Hub's `library/` has public images only: who is refused, and not for a wrong login, asks for none of them (C24). */
function isMissingOfficialImage(
  { host, refusal }: Extract<Trouble, { kind: 'refused' }>,
  { plan: { reference } }: FailureContext,
): boolean {
  if (reference.registry !== 'docker.io' || host !== hostOfRegistry(reference.registry)) return false;
  return reference.repository.startsWith('library/') && (!refusal.presentedPassword || refusal.acceptedLogin);
}

function absentDetail(
  { tags, registryMessage }: Pick<Absence, 'tags' | 'registryMessage'>,
  { plan }: FailureContext,
): FindingDetail {
  const { reference, use } = plan;
  const slip = slipOf(use.parsed);
  const repositoryExists = tags.kind === 'not-listed' ? undefined : tags.kind === 'listed';
  return {
    code: 'manifest-not-found',
    reference,
    asked: hostsOf(plan),
    nearest: tags.kind === 'listed' && reference.kind === 'tagged' ? nearestTags(reference.tag, tags.tags) : [],
    ...(repositoryExists !== undefined && { repositoryExists }),
    ...(slip && { slip }),
    ...(registryMessage !== undefined && { registryMessage }),
  };
}

function hostsOf({ routes }: PlannedPull): readonly string[] {
  return [...new Set(routes.flatMap(({ endpoints }) => endpoints.map(({ host }) => host)))];
}

function refusedDetail(refusal: Refusal, context: FailureContext): FindingDetail {
  const { presentedPassword, acceptedLogin, registryMessage } = refusal;
  const said = registryMessage === undefined ? {} : { registryMessage };
  const { plan, secrets, namespace } = context;
  const { reference, credentials, use } = plan;
  const { registry, repository } = reference;
  const tried = credentials.filter((credential) => sentAs(credential) === 'as-given').map(({ origin }) => origin);
  if (presentedPassword && tried.length > 0)
    return { code: 'credentials-rejected', registry, repository, tried, acceptedLogin, ...said };
  const slip = slipOf(use.parsed);
  return {
    code: 'access-denied',
    registry,
    repository,
    namespace,
    dropped: credentials.filter((credential) => sentAs(credential) !== 'as-given').map(({ origin }) => origin),
    absentSecrets: secrets.absent,
    unreadSecrets: [
      ...secrets.unread.map(({ name, open }) => ({ name, state: open ?? ('refused' as const) })),
      ...secrets.notGiven.map((name) => ({ name, state: 'not-given' }) as const),
    ],
    hasPullSecrets: secrets.found.length > 0,
    ...(slip && { slip }),
    ...said,
  };
}

function unclearDetail({ saw, host }: Extract<Trouble, { kind: 'unclear' }>, registry: string): FindingDetail {
  const at = { registry, ...(host !== registry && host !== '' && { host }) };
  switch (saw.kind) {
    case 'unreachable':
      return { code: 'registry-unreachable', ...at, cause: saw.cause };
    case 'throttled':
      return {
        code: 'rate-limited',
        registry,
        ...(saw.retryAfterMs !== undefined && { retryAfterMs: saw.retryAfterMs }),
        ...(saw.usedUp !== undefined && { usedUp: saw.usedUp }),
      };
    case 'not-asked':
      return {
        code: 'registry-not-examined',
        registry,
        why:
          saw.why === 'foreign-token-server'
            ? { kind: saw.why, tokenServer: saw.tokenServer, objection: saw.objection }
            : saw.why,
      };
    case 'refused-outright':
      return registryError(at, { kind: 'vantage', status: saw.status });
    case 'refused':
      return registryError(
        at,
        { kind: saw.blamesAddress ? 'vantage' : 'status', status: saw.status },
        saw.registryMessage,
      );
    case 'absent':
      return registryError(at, unprovenAbsence(saw));
    case 'useless':
      return registryError(at, causeOf(saw.what), saw.what.kind === 'status' ? saw.what.registryMessage : undefined);
  }
}

function unprovenAbsence({ secondLook, tags }: Absence): RegistryErrorCause {
  if (tags.kind === 'listed' && tags.hasTag) return { kind: 'contradiction' };
  switch (secondLook) {
    case 'throttled':
    case 'out-of-time':
    case 'failed':
      return { kind: 'unrepeated-404', again: secondLook };
    case 'absent-too':
    case 'no-registry-answer':
    case 'absent-for-head-only':
      return { kind: 'unproven-404' };
  }
}

type At = { readonly registry: string; readonly host?: string };

function registryError(at: At, cause: RegistryErrorCause, registryMessage?: string): FindingDetail {
  return { code: 'registry-error', ...at, cause, ...(registryMessage !== undefined && { registryMessage }) };
}

function causeOf(what: UselessAnswer): RegistryErrorCause {
  switch (what.kind) {
    case 'status':
      return { kind: 'status', status: what.status };
    case 'no-manifest':
      return { kind: 'no-manifest', mediaType: what.mediaType };
    case 'unacceptable':
    case 'digest-header':
    case 'token-reply':
    case 'unusable-challenge':
      return { kind: what.kind };
  }
}

function contentDetail({ cause, because, error }: Fails): FindingDetail {
  switch (cause.kind) {
    case 'no-match':
      return { code: 'no-matching-platform', offers: cause.offers, wanted: [] };
    case 'fallback-not-downloaded':
      return { code: 'no-matching-platform', offers: [cause.platform], wanted: [] };
    case 'entry-without-platform':
      return { code: 'no-matching-platform', offers: [], wanted: [] };
    case 'missing':
      if (cause.role === 'root' && mediaKindOf(because.mediaType) === 'other')
        return unsupported({ kind: 'media-type', mediaType: because.mediaType });
      return {
        code: 'incomplete-image',
        missing: cause.role === 'child' ? 'manifest' : cause.role,
        descriptor: because,
      };
    case 'unsupported-media-type':
      return unsupported({ kind: 'media-type', mediaType: because.mediaType });
    case 'schema-1':
      return unsupported({ kind: 'schema-1' });
    case 'artifact':
      return unsupported({ kind: 'artifact', configType: cause.configType });
    case 'malformed':
    case 'malformed-config':
    case 'layers-mismatch':
      return unsupported({ kind: 'malformed', error });
    case 'digest-mismatch':
    case 'size-mismatch':
      return unsupported({ kind: 'other-content', error, digest: because.digest });
  }
}

function unsupported(problem: UnsupportedManifest): FindingDetail {
  return { code: 'unsupported-manifest', problem };
}

function unreadDetail({ why, because }: Unknown, registry: string): FindingDetail {
  switch (why) {
    case 'unread':
      return registryError({ registry }, { kind: 'unread-content', digest: because.digest });
    case 'foreign':
      return { code: 'registry-not-examined', registry, why: 'foreign-content' };
    case 'too-large':
      return { code: 'registry-not-examined', registry, why: 'too-large' };
  }
}
