import type { CommandSpec } from '../../cli/command.ts';
import { concurrencyFlag, settingsFlags } from '../../examination/flags.ts';

/** Flags of all commands that look at what runs: where it is read, and what pullgate is told. */
export const runningFlags = {
  facts: {
    value: 'PATH',
    repeatable: true,
    help: 'Read a dump of the cluster instead of a cluster: a file, a directory or -, as "kubectl get … -A -o yaml" writes it. Nodes, Namespaces, ServiceAccounts and Secrets in it are the facts, Events tell when kubelets try again. May be repeated.',
  },
  kubeconfig: { value: 'FILE', help: 'How to reach the API server; by default as kubectl does.' },
  context: { value: 'NAME', help: 'Context of the kubeconfig.' },
  namespace: {
    short: 'n',
    value: 'NAMESPACE',
    repeatable: true,
    help: 'Look at this namespace; may be repeated. By default that of the context, with --facts all.',
  },
  'all-namespaces': { short: 'A', help: 'Look at all namespaces.' },
  platform: {
    value: 'LIST',
    help: 'Candidate platforms, such as linux/amd64,linux/arm64/v8, where a dump has no Node objects.',
  },
  assume: {
    value: 'KEY=VALUE',
    repeatable: true,
    help: 'What no object tells, as in "pullgate check"; may be repeated.',
  },
  ...settingsFlags,
  concurrency: concurrencyFlag,
  timeout: {
    value: 'DURATION',
    help: 'For the whole run, such as 90s or 1h (default "1h"). What is not finished by then is reported as not examined, and the exit code is 2.',
  },
  help: { short: 'h', help: 'Print this help.' },
} as const satisfies CommandSpec['flags'];

export const auditCommand = {
  name: 'pullgate audit',
  operands: '',
  summary:
    'Predicts, for each workload that runs, whether it would come back: whether a kubelet could pull its images now. One prediction is made for each owner, not for each Pod; equal findings appear once. Of Pods that wait for an image it says in whose words, since when, and when the kubelet tries again.',
  flags: {
    ...runningFlags,
    output: {
      short: 'o',
      value: 'FORMAT[=FILE]',
      repeatable: true,
      help: 'text, json, junit or html (default "text"), on standard output or in FILE. May be repeated; one summary line then goes to standard error. The HTML report is one file that makes no external request.',
    },
    mode: {
      value: 'MODE',
      help: 'enforce, warn, audit or off, for namespaces without a pullgate.dev/mode label (default "enforce").',
    },
    'would-deny': {
      help: 'Show only what mode enforce would deny, in namespaces of any other mode as well: the image, the workload, who created it and when.',
    },
    'fail-on': { value: 'LEVEL', help: 'Exit with 1 at deny, likely, unconfirmed, or never (default "deny").' },
  },
  notes: [
    'Docker Hub counts each manifest that is fetched: of its images only the existence is looked up, unless the\nconfiguration has an entry of registries with match: docker.io and inspect: platform.',
    'Exit codes: 0 nothing at or above --fail-on, 1 findings at or above it, 2 bad usage, configuration or\ninput, something could not be read, or the run ended early (the rest is still reported), 3 internal error.',
    'Examples:\n  pullgate audit -A\n  pullgate audit -n shop --would-deny\n  pullgate audit -A -o text -o html=report.html\n  kubectl get pods,deployments,replicasets,nodes,events -A -o yaml | pullgate audit --facts -',
  ],
} as const satisfies CommandSpec;
