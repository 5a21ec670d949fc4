/** A planned pull and what registries said about it, made into findings: first for each kind of node, then for all of them. */
import type { Credential } from '../credential/credential.ts';
import { nearMissOf } from '../credential/near-miss.ts';
import type { Evidence } from '../evidence/evidence.ts';
import type { Platform } from '../image/platform.ts';
import type { PlannedPull, SecretsSeen } from '../pull/plan.ts';
import { adviceOnReference } from './advice.ts';
import { affectedNodes } from './affected-nodes.ts';
import { catalogue } from './catalogue.ts';
import { contents, judgeCertainty } from './certainty.ts';
import { changedPods, isSteered } from './changed-pods.ts';
import type { Circumstances } from './circumstances.ts';
import { detailOf } from './failure-detail.ts';
import type { Finding, FindingDetail } from './finding.ts';
import { type GroupResult, groupsOf, resultOf } from './group-result.ts';
import { type JudgedImage, outcomeOf } from './judged-image.ts';
import { type JudgingContext, rewritersOf } from './judging-context.ts';
import { newNodesOf } from './new-nodes.ts';
import { notesOf } from './pull-notes.ts';
import { waysOf } from './pull-ways.ts';
import { unsettledPlacement } from './unsettled-placement.ts';
import { unfilledSecrets, unsettledSecrets } from './unsettled-secrets.ts';

export function judgePull(plan: PlannedPull, evidence: readonly Evidence[], context: JudgingContext): JudgedImage {
  const results = groupsOf(context.candidates).map((views) => resultOf(views, plan, evidence));
  const examined = examinedResults(plan, evidence, context);
  const beside = troublesOf(examined, plan, { ...context, byExaminer: true }).filter(({ code }) => contents.has(code));
  const troubles = [...troublesOf(results, plan, context), ...beside];
  const found = [...results, ...examined].find(({ result }) => result.found !== undefined)?.result.found;
  const credential = credentialOf(results, plan);
  return {
    use: plan.use,
    outcome: outcomeOf(troubles),
    findings: [
      ...troubles,
      ...adviceBeside(troubles, plan, context),
      ...notesOf(results, plan),
      ...adviceOnReference(plan.use, found?.root.digest),
    ],
    ...(found && { digest: found.root.digest }),
    ...(credential && { credential: credential.origin }),
    isExamined: true,
  };
}

/**
 * What would keep the image from being pulled even with the right credentials, as those of the examiner show (contract §3,
 * C8). That they are refused, or that the registry fails then, says nothing of nodes.
 */
function examinedResults(
  plan: PlannedPull,
  evidence: readonly Evidence[],
  { candidates }: JudgingContext,
): readonly GroupResult[] {
  const examined = evidence.flatMap(({ examined: attempts, ageMs }) => (attempts ? [{ attempts, ageMs }] : []));
  return examined.length < evidence.length ? [] : groupsOf(candidates).map((views) => resultOf(views, plan, examined));
}

/** One finding a code: what fails alike on several kinds of nodes is said once, with all of them counted. */
function troublesOf(results: readonly GroupResult[], plan: PlannedPull, context: JudgingContext): readonly Finding[] {
  const isAnySpared = results.some(({ result }) => result.kind !== 'fails');
  const byCode = new Map<string, { detail: FindingDetail; failing: GroupResult[] }>();
  for (const result of results) {
    if (result.result.kind === 'pulls') continue;
    const detail = detailOf(result.result.why, {
      plan,
      secrets: context.secrets,
      namespace: context.workload.namespace,
    });
    const key = `${detail.code} ${result.result.kind}`;
    const known = byCode.get(key);
    if (known === undefined) byCode.set(key, { detail, failing: [result] });
    else byCode.set(key, { detail: merged(known.detail, detail), failing: [...known.failing, result] });
  }
  return [...byCode.values()].flatMap(({ detail, failing }) => {
    const onSomeNodesOnly = failing.every(({ result }) => result.kind === 'fails') && isAnySpared;
    const told = withPlatforms(detail, failing, results, onSomeNodesOnly);
    // Pods are sent to the nodes that suit their images.
    if (told.code === 'some-nodes-lack-platform' && isSteered(context.admission)) return [];
    return [troubleFinding(told, failing, onSomeNodesOnly, plan, context)];
  });
}

function merged(one: FindingDetail, other: FindingDetail): FindingDetail {
  if (one.code !== 'no-matching-platform' || other.code !== 'no-matching-platform') return one;
  return { ...one, offers: one.offers.length > 0 ? one.offers : other.offers };
}

/** A missing platform is another finding, with another remedy, where other candidates do not miss theirs. */
function withPlatforms(
  detail: FindingDetail,
  failing: readonly GroupResult[],
  all: readonly GroupResult[],
  onSomeNodesOnly: boolean,
): FindingDetail {
  if (detail.code !== 'no-matching-platform') return detail;
  const lacking = platformsOf(failing);
  if (!onSomeNodesOnly) return { ...detail, wanted: lacking };
  const suited = platformsOf(all.filter(({ result }) => result.kind === 'pulls'));
  return { code: 'some-nodes-lack-platform', offers: detail.offers, lacking, suited };
}

function platformsOf(results: readonly GroupResult[]): readonly Platform[] {
  const platforms = results.flatMap(({ views }) =>
    views.group?.platform.kind === 'known' ? [views.group.platform.platform] : [],
  );
  return [...new Map(platforms.map((platform) => [JSON.stringify(platform), platform])).values()];
}

function troubleFinding(
  detail: FindingDetail,
  failing: readonly GroupResult[],
  onSomeNodesOnly: boolean,
  plan: PlannedPull,
  context: JudgingContext,
): Finding {
  const circumstances = circumstancesOf(detail, failing, onSomeNodesOnly, plan, context);
  const { predictedReason } = catalogue[detail.code] as { readonly predictedReason?: string };
  const nodes = affectedNodes(failing, context.candidates);
  return {
    ...detail,
    ...judgeCertainty(circumstances),
    ...(predictedReason !== undefined && { predictedReason }),
    ...(nodes && { nodes }),
  };
}

function circumstancesOf(
  detail: FindingDetail,
  failing: readonly GroupResult[],
  onSomeNodesOnly: boolean,
  plan: PlannedPull,
  context: JudgingContext,
): Circumstances {
  const { reference, registry, presence, use } = plan;
  const { workload, assume, secrets } = context;
  const whys = failing.flatMap(({ result }) => (result.kind === 'pulls' ? [] : [result.why]));
  const absences = whys.flatMap((why) => (why.kind === 'absent' ? [why.absence] : []));
  const founds = failing.flatMap(({ result }) => (result.found === undefined ? [] : [result.found]));
  const product = [...absences, ...founds].find((seen) => seen.product !== undefined)?.product;
  const proxyCache =
    registry.proxyCache === true ? 'a proxy cache' : registry.proxyCache === 'auto' ? product : undefined;
  const dependsOn = hiddenState(detail, failing, plan, context);
  const { admitted, ...before } = context.beforeDenial(plan);
  const unsettled = unsettledPlacement(detail, failing, context.candidates) ?? changedPods(detail, context.admission);
  const uncompared = context.admission?.unseenPods;
  const { candidates, clusterSeen, growth, nodePlatforms } = context;
  const seen = { workload, candidates, nodes: clusterSeen.nodes, growth, assumed: assume.nodes, nodePlatforms };
  const newNodes = newNodesOf(detail, seen);
  const strangers = absences.some(({ tags }) => tags.kind !== 'listed') ? strangersIn(plan, context) : undefined;
  return {
    code: detail.code,
    workload,
    assume,
    registry: { ...registry, host: reference.registry },
    absentSecrets: secrets.absent,
    ...(secrets.absentAccount !== undefined && { absentAccount: secrets.absentAccount }),
    unread: unreadOf(secrets),
    notGiven: notGivenOf(secrets),
    mayBeHidden: whys.some((why) => why.kind === 'absent' && why.mayBeHidden),
    plugins: plan.plugins,
    unsettledSecrets: unsettledIn(detail, context),
    mayUseLocal: use.pullPolicy === 'IfNotPresent',
    presence: use.pullPolicy === 'IfNotPresent' ? presence.kind : 'nowhere',
    onSomeNodesOnly,
    absentForHeadOnly: absences.some(({ secondLook }) => secondLook === 'absent-for-head-only'),
    evidenceAgeMs: Math.max(...failing.map(({ evidenceAgeMs }) => evidenceAgeMs)),
    isBlobMissing: detail.code === 'incomplete-image' && (detail.missing === 'config' || detail.missing === 'layer'),
    ...(proxyCache !== undefined && { proxyCache }),
    ...(dependsOn !== undefined && { dependsOn }),
    ...(strangers !== undefined && { strangers }),
    ...(unsettled !== undefined && { unsettledPods: unsettled }),
    ...(uncompared !== undefined && { uncomparedPods: uncompared }),
    ...(newNodes && { newNodes }),
    ...(context.foreignNodes !== undefined && { foreignNodes: context.foreignNodes }),
    ...rewritersOf(context),
    ...(context.isDryRun && { isDryRun: true }),
    ...(context.isConfiguredByFile && { isConfiguredByFile: true }),
    ...before,
    ways: waysOf(detail.code, failing, plan, context, admitted),
  };
}

/** Whose credentials are not those of nodes, or run under another identity there. */
function strangersIn({ credentials }: PlannedPull, { byExaminer }: JudgingContext): string | undefined {
  if (byExaminer) return 'the examiner';
  return credentials.some(({ origin }) => origin.source === 'plugin')
    ? 'the credentials of the plugin on this host'
    : undefined;
}

function unreadOf({ unread, unreadAccount }: SecretsSeen): readonly string[] {
  const secrets = unread.map(({ name, why }) => `Secret ${name} (${why})`);
  if (unreadAccount === undefined) return secrets;
  const { name, why } = unreadAccount;
  return [...secrets, `ServiceAccount ${name}${why === undefined ? '' : ` (${why})`}`];
}

function notGivenOf({ notGiven, notGivenAccount }: SecretsSeen): readonly string[] {
  const secrets = notGiven.map((name) => `Secret ${name}`);
  return notGivenAccount === undefined ? secrets : [...secrets, `ServiceAccount ${notGivenAccount}`];
}

function unsettledIn(detail: FindingDetail, { secrets, nowMs }: JudgingContext): readonly string[] {
  if (detail.code === 'credentials-rejected') return unsettledSecrets(detail.tried, secrets, nowMs);
  return detail.code === 'access-denied' ? unfilledSecrets(secrets) : [];
}

function hiddenState(
  detail: FindingDetail,
  failing: readonly GroupResult[],
  { anyOrder }: PlannedPull,
  { candidates }: JudgingContext,
): string | undefined {
  if (detail.code === 'unsupported-manifest' && detail.problem.kind === 'schema-1') {
    if (candidates.kind === 'none') return 'the nodes are unknown, and containerd 1.7 converts schema 1';
    if (failing.some(mayBeToldToConvert))
      return `nodes with containerd 2.0 convert it if ${schema1Variable} is set there`;
  }
  if (failing.some(({ otherWayLeadsOn }) => otherWayLeadsOn))
    return detail.code === 'unsupported-manifest' ||
      detail.code === 'no-matching-platform' ||
      detail.code === 'some-nodes-lack-platform'
      ? 'nodes with an older containerd, or with another containerd setting, can pull the image'
      : 'nodes with another version or setting of containerd use other endpoints';
  return anyOrder && detail.code !== 'credentials-rejected'
    ? 'the kubelet tries two credentials of one Secret in random order'
    : undefined;
}

/** Of containerd 2.0, where no API shows it; from 2.1 on nothing converts schema 1 any more (pull-semantics 5.1). */
const schema1Variable = 'CONTAINERD_ENABLE_DEPRECATED_PULL_SCHEMA_1_IMAGE=1';

function mayBeToldToConvert({ views }: GroupResult): boolean {
  return views.pullers[0].generation === '2.0';
}

/** What explains a refusal: a Secret is there, but holds nothing for this registry. */
function adviceBeside(
  troubles: readonly Finding[],
  { reference, credentials }: PlannedPull,
  { secrets }: JudgingContext,
): readonly Finding[] {
  const isRefused = troubles.some(({ code }) => code === 'access-denied');
  const decoded = secrets.keyring.secrets.filter(({ content }) => content.kind === 'decoded');
  if (!isRefused || decoded.length === 0 || credentials.some(({ origin }) => origin.source === 'secret')) return [];
  const nearMiss = nearMissOf(secrets.keyring.secrets, reference.name);
  const detail = {
    code: 'pull-secret-no-match',
    registry: reference.registry,
    secrets: decoded.map(({ secret }) => secret),
    ...(nearMiss && { nearMiss }),
  } as const;
  return [{ ...detail, certainty: 'advice', assuming: [] }];
}

function credentialOf(results: readonly GroupResult[], { credentials }: PlannedPull): Credential | undefined {
  const accepted = results.find(({ result }) => result.found !== undefined)?.result;
  if (accepted === undefined) return credentials.at(-1);
  return accepted.kind === 'unclear' ? undefined : accepted.credential;
}
