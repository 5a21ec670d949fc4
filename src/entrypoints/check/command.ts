import type { CommandSpec } from '../../cli/command.ts';
import { modes } from '../../core/verdict/verdict.ts';
import { concurrencyFlag, settingsFlags } from '../../examination/flags.ts';
import { failOns } from '../../report/exit-code.ts';
import { formats } from '../../report/format/format.ts';

export const checkCommand = {
  name: 'pullgate check',
  operands: '[PATH…|-]',
  summary:
    'Predicts, for each workload in the given manifests, whether the kubelet could pull every image of it. Paths are files or directories (.yaml, .yml, .json, recursive); - is standard input. Objects of kind Secret, ServiceAccount, Node, Namespace and RuntimeClass in the input are the facts of the world that the workloads are checked in; with --cluster the API server tells the rest. Without it nothing but the registries is contacted.',
  flags: {
    filename: {
      short: 'f',
      value: 'PATH',
      repeatable: true,
      help: 'A file, directory or - like the operands; may be repeated.',
    },
    namespace: {
      short: 'n',
      value: 'NAMESPACE',
      help: 'Namespace of objects that name none (default "default", with --cluster that of the context).',
    },
    cluster: {
      help: 'Read Nodes, Namespaces, ServiceAccounts and the Secrets that are named from the API server. Those of the input override them, as after kubectl apply; Nodes come only from the cluster.',
    },
    kubeconfig: { value: 'FILE', help: 'How --cluster reaches the API server; by default as kubectl does.' },
    context: { value: 'NAME', help: 'Context of the kubeconfig, for --cluster.' },
    output: {
      short: 'o',
      value: 'FORMAT[=FILE]',
      repeatable: true,
      choices: formats,
      help: 'text, json, sarif, junit, github or gitlab (default "text"), on standard output or in FILE. May be repeated; one summary line then goes to standard error.',
    },
    mode: {
      value: 'MODE',
      choices: modes,
      help: 'enforce, warn, audit or off, where no Namespace with a pullgate.dev/mode label is known (default "enforce").',
    },
    platform: {
      value: 'LIST',
      help: 'Candidate platforms, such as linux/amd64,linux/arm64/v8, where the input has no Node objects and --cluster is not given. Each represents one ready node without taints, with the labels that a kubelet sets. Without any of them, platforms are not judged.',
    },
    'fail-on': {
      value: 'LEVEL',
      choices: failOns,
      help: 'Exit with 1 at deny, likely, unconfirmed, or never (default "deny").',
    },
    assume: {
      value: 'KEY=VALUE',
      repeatable: true,
      help: 'What no manifest tells: nodeCredentials=none|unknown, mirrors=auto|none|unknown, preloaded=auto|none|unknown, imageRewriting=none|unknown, nodes=fixed|unknown, facts=partial|complete. KEY@REGISTRY=VALUE speaks of one registry. May be repeated.',
    },
    ...settingsFlags,
    baseline: {
      value: 'FILE',
      help: 'Findings that are known: only others are shown and count. Written by --write-baseline.',
    },
    'write-baseline': {
      value: 'FILE',
      help: 'Write all findings of this run to FILE, to be known from then on. The exit code is then 0, or 2 where something could not be checked.',
    },
    ignore: {
      value: 'GLOB',
      repeatable: true,
      help: 'Leave out files below the given directories, as a line of a .gitignore would: vendor/, *.test.yaml, /charts/**, !keep.yaml. May be repeated.',
    },
    render: {
      help: 'Render every Helm chart and kustomization that is found, with helm and kubectl on the PATH, and check what comes out. Without it they are skipped.',
    },
    strict: {
      help: 'Exit with 2 if something was skipped that is not a manifest, such as a template or a patch, or if an object has an unknown kind.',
    },
    concurrency: concurrencyFlag,
    wait: {
      value: 'DURATION',
      help: 'Ask again for images that are absent until they are there, such as 2m: for a push that is under way. --timeout ends it too.',
    },
    timeout: {
      value: 'DURATION',
      help: 'For the whole run, such as 90s or 5m (default "5m"). What is not finished by then is reported as not examined, and the exit code is 2.',
    },
    help: { short: 'h', help: 'Print this help.' },
  },
  notes: [
    'Exit codes: 0 nothing at or above --fail-on, 1 findings at or above it, 2 bad usage, configuration or\nunreadable input (the rest is still checked), no input at all, or the time ran out, 3 internal error, or the output cannot be written.',
    'Examples:\n  pullgate check k8s/\n  pullgate check --cluster --context staging k8s/\n  helm template ./chart | pullgate check --platform linux/amd64 -\n  kubectl get deployments,nodes,serviceaccounts -A -o json | pullgate check -o json -',
  ],
} as const satisfies CommandSpec;
