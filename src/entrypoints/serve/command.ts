import type { CommandSpec } from '../../cli/command.ts';

export const serveCommand = {
  name: 'pullgate serve',
  operands: '',
  summary:
    'Serves the validating admission webhook: HTTPS POST /validate takes an AdmissionReview v1 and answers whether the kubelet could pull every image of the object. /healthz, /readyz and /metrics are served over plain HTTP on another port.',
  flags: {
    config: {
      value: 'FILE',
      help: 'Configuration file. Without one the mode of namespaces without a label is "warn".',
    },
    listen: { value: 'ADDR:PORT', help: 'Where reviews are answered (default ":8443"). Port 0 picks a free one.' },
    'ops-listen': { value: 'ADDR:PORT', help: 'Where health and metrics are (default ":8080").' },
    'tls-cert': { value: 'FILE', help: 'Certificate chain, PEM; read again when it changes.' },
    'tls-key': { value: 'FILE', help: 'Its key, PEM.' },
    'client-ca': {
      value: 'FILE',
      help: 'Answer only clients with a certificate of these authorities, PEM; read again when it changes. By default every client is answered.',
    },
    'ca-out': {
      value: 'FILE',
      help: 'File for the CA that stand-alone mode generates when no certificate is given.',
    },
    kubeconfig: { value: 'FILE', help: 'How to reach the API server; by default as in a Pod, or as kubectl does.' },
    context: { value: 'NAME', help: 'Context of the kubeconfig.' },
    facts: {
      value: 'PATH',
      repeatable: true,
      help: 'Stand-alone: read Nodes, Namespaces, ServiceAccounts and Secrets from these files or directories instead of from an API server; may be repeated, and operands that follow it count as well.',
    },
    help: { short: 'h', help: 'Print this help.' },
  },
  notes: [
    'Example, on a laptop:\n  pullgate serve --listen 127.0.0.1:0 --ops-listen 127.0.0.1:0 --ca-out ca.crt --facts world/',
    'Ends on SIGTERM or SIGINT, when the calls under way are answered.',
  ],
} as const satisfies CommandSpec;
