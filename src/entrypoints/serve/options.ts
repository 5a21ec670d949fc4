/** The flags of the server, read once. */
import { type ParsedFlags, usage } from '../../cli/parse-flags.ts';
import { serveCommand } from './command.ts';
import { type ListenAddress, parseListenAddress } from './listen-address.ts';

export type ServeOptions = {
  readonly configPath?: string;
  readonly listen: ListenAddress;
  readonly opsListen: ListenAddress;
  readonly tls:
    | { readonly kind: 'files'; readonly certPath: string; readonly keyPath: string }
    | { readonly kind: 'self-signed'; readonly caPath?: string };
  readonly clientCaPath?: string;
  readonly facts:
    | { readonly kind: 'files'; readonly paths: readonly string[] }
    | { readonly kind: 'cluster'; readonly kubeconfigPath?: string; readonly context?: string };
};

/** @throws UsageError */
export function serveOptionsOf(flags: ParsedFlags): ServeOptions {
  const lastOf = (flag: string) => flags.values.get(flag)?.at(-1);
  const factsPaths = [...(flags.values.get('facts') ?? []), ...flags.operands];
  if (!flags.values.has('facts') && flags.operands.length > 0)
    throw usage(serveCommand, `${JSON.stringify(flags.operands[0])} is not a flag; give files of facts with --facts`);
  const configPath = lastOf('config');
  const clientCaPath = lastOf('client-ca');
  return {
    ...(configPath !== undefined && { configPath }),
    listen: parseListenAddress('listen', lastOf('listen') ?? ':8443'),
    opsListen: parseListenAddress('ops-listen', lastOf('ops-listen') ?? ':8080'),
    tls: tlsOf(lastOf('tls-cert'), lastOf('tls-key'), lastOf('ca-out')),
    ...(clientCaPath !== undefined && { clientCaPath }),
    facts: factsOf(factsPaths, lastOf('kubeconfig'), lastOf('context')),
  };
}

function tlsOf(
  certPath: string | undefined,
  keyPath: string | undefined,
  caPath: string | undefined,
): ServeOptions['tls'] {
  if (certPath === undefined && keyPath === undefined)
    return { kind: 'self-signed', ...(caPath !== undefined && { caPath }) };
  if (certPath === undefined || keyPath === undefined)
    throw usage(
      serveCommand,
      `--tls-${certPath === undefined ? 'key' : 'cert'} needs --tls-${certPath === undefined ? 'cert' : 'key'}`,
    );
  if (caPath !== undefined)
    throw usage(serveCommand, '--ca-out is for the generated CA; remove it when --tls-cert is given');
  return { kind: 'files', certPath, keyPath };
}

function factsOf(paths: readonly string[], kubeconfigPath?: string, context?: string): ServeOptions['facts'] {
  if (paths.length === 0)
    return {
      kind: 'cluster',
      ...(kubeconfigPath !== undefined && { kubeconfigPath }),
      ...(context !== undefined && { context }),
    };
  if (kubeconfigPath !== undefined || context !== undefined)
    throw usage(serveCommand, '--facts and --kubeconfig or --context are both given; use only one of them');
  return { kind: 'files', paths };
}
