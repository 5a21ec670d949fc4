/** What a prediction means for one admission request (contract §3, §5): a rejection, or warnings, or silence. */
import type { FindingCode } from '../../core/finding/finding.ts';
import { type DenyRules, denyRuleOf } from '../../core/verdict/deny-rule.ts';
import { actionOf, type LevelOf, type Mode, type Verdict } from '../../core/verdict/verdict.ts';
import type { Workload } from '../../core/workload/workload.ts';
import type { Prediction } from '../../predict.ts';
import {
  type AdmissionLine,
  admissionLinesOf,
  type Denial,
  denialOf,
  warningsOf,
} from '../../report/admission-text.ts';
import type { AdmissionRequest } from './admission-review.ts';
import type { Rejectable } from './exemption.ts';

export type Decision = {
  readonly action: Verdict;
  readonly denial?: Denial;
  readonly warnings: readonly string[];
  /** What would be held against a Pod if no controller owned it. */
  readonly letThrough?: AdmissionLine;
};

export type DecisionRules = { readonly mode: Mode; readonly levelOf: LevelOf; readonly deny: DenyRules };

export function decide(
  prediction: Prediction,
  request: AdmissionRequest,
  rejectable: Rejectable,
  { mode, levelOf, deny }: DecisionRules,
): Decision {
  const { workload, verdict } = prediction;
  const lines = admissionLinesOf(prediction, levelOf);
  const rule = denyRuleFor(workload, request);
  const hasOwner = rule !== 'controlledPods' && isCreatedForAnOwner(workload, request);
  const mayReject = deny[rule] && !hasOwner;
  const denying = lines.filter((line) => line.weight === 'deny' && isChanged(line, workload, rejectable));
  const denials = mayReject ? denying : [];
  const [letThrough] = rule === 'controlledPods' && !mayReject && mode !== 'audit' ? denying : [];
  const isToldNothing = mode === 'audit' || mode === 'off' || isMadeByController(workload, request);
  const isDenied = denials.length > 0 && mode === 'enforce';
  const told = isDenied ? lines.filter((line) => !denials.includes(line)) : lines;
  const notDenied = mayReject
    ? 'not denied because the image was not changed'
    : `not denied because ${hasOwner ? 'it has an owner' : `deny.${rule} is false`}`;
  const prefixOf = (line: AdmissionLine) => (denials.includes(line) ? 'would be denied' : notDenied);
  const warnings = isToldNothing ? [] : warningsOf(told, prefixOf);
  if (isDenied) return { action: 'deny', denial: denialOf(denials), warnings };
  const action = actionOf(verdict, mode);
  return { action: action === 'deny' ? 'warn' : action, warnings, ...(letThrough && { letThrough }) };
}

/** `kubectl debug` is a person's request, whoever owns the Pod. */
function denyRuleFor(workload: Workload, { subResource }: AdmissionRequest): keyof DenyRules {
  return subResource === '' ? denyRuleOf(workload) : 'pods';
}

/** What other credentials can bring about for an image that is as it was. That it is absent is none of it. */
const ofCredentials: ReadonlySet<FindingCode> = new Set<FindingCode>([
  'access-denied',
  'credentials-rejected',
  'pull-secret-undecodable',
  'pull-secret-no-match',
]);

function isChanged({ field, finding }: AdmissionLine, { podSpecPath }: Workload, rejectable: Rejectable): boolean {
  if (rejectable.kind === 'all') return true;
  const { images, credentials } = rejectable;
  if (field === podSpecPath) return images.size > 0 || credentials;
  return images.has(field) || (credentials && ofCredentials.has(finding.code));
}

/** `kubectl create job --from=cronjob/NAME`: its owner is that of a person who asks for one more (contract §5). */
function isCreatedForAnOwner({ isOwned }: Workload, { operation, subResource, userName }: AdmissionRequest): boolean {
  return isOwned === true && operation === 'CREATE' && subResource === '' && isPerson(userName);
}

/** Controllers log warnings, or drop them; nobody reads them. */
function isMadeByController({ controller }: Workload, { subResource, userName }: AdmissionRequest): boolean {
  if (subResource !== '') return false;
  return (
    (controller !== undefined && !isPerson(userName)) ||
    /^system:(?:serviceaccount:kube-system:.*-controller|kube-controller-manager)$/.test(userName)
  );
}

/** Controllers have ServiceAccounts; only those of kube-controller-manager may run as itself. */
function isPerson(userName: string): boolean {
  return userName !== '' && !/^system:(?:serviceaccount:|kube-controller-manager$)/.test(userName);
}
