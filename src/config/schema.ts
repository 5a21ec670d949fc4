/**
 * The configuration file, key by key (contract §7). What is written in it comes out parsed; what is not is absent, and what
 * holds then is decided elsewhere.
 */
import { isIP, isIPv6 } from 'node:net';
import type * as z from 'zod';
import { parseHostPattern } from '../core/egress/host-pattern.ts';
import { type ProxyServer, parseNoProxy, parseProxyServer } from '../core/egress/proxy.ts';
import { findingCodes, levels } from '../core/finding/catalogue.ts';
import { modes } from '../core/verdict/verdict.ts';
import { assumptionValues } from './assumptions.ts';
import { count, duration, field, list, oneOf, section, text, yesOrNo } from './field.ts';
import { parseNodePlatform } from './platform-list.ts';
import { parseMatch } from './registry-match.ts';
import { shown } from './shown.ts';

export const apiVersion = 'pullgate.dev/v1alpha1';
export const kind = 'Configuration';

const depth = oneOf(['resolve', 'platform', 'full']);
const nodeCredentials = oneOf(assumptionValues.nodeCredentials).exactOptional();
const mirrors = oneOf(assumptionValues.mirrors).exactOptional();
const preloaded = oneOf(assumptionValues.preloaded).exactOptional();
const share = field('a number from 0 to 1, such as 0.2', (written) =>
  typeof written === 'number' && written >= 0 && written <= 1 ? { value: written } : undefined,
);
const filePath = text('the path of a file', /^[^\0]+$/);

const namespace = text('the name of a namespace', /^[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/);

const findings = section(Object.fromEntries(findingCodes.map((code) => [code, oneOf(levels).exactOptional()])));

const workloadKind = section({
  group: text('an API group such as argoproj.io', /^[a-z\d](?:[a-z\d.-]*[a-z\d])?$/),
  version: text('a version such as v1alpha1', /^[a-z\d](?:[a-z\d-]*[a-z\d])?$/),
  kind: text('a kind such as Rollout', /^[A-Za-z][A-Za-z\d]*$/),
  podSpecPath: field(
    'the path of the pod spec, such as spec.template.spec or spec.workers[*].template.spec',
    (written) =>
      typeof written === 'string' && /^[A-Za-z_][\w-]*(?:\[\*\])*(?:\.[A-Za-z_][\w-]*(?:\[\*\])*)*$/.test(written)
        ? { value: written.match(/[\w-]+|\[\*\]/g) ?? [] }
        : undefined,
  ),
  optional: yesOrNo.exactOptional(),
  partial: yesOrNo.exactOptional(),
});

const registry = section({
  match: field('a registry such as registry.example.com:5000', (written) => {
    if (typeof written !== 'string') return undefined;
    const parsed = parseMatch(written);
    return parsed.ok ? { value: parsed } : { problem: parsed.problem };
  }),
  nodeCredentials,
  mirrors,
  preloaded,
  ca: filePath.exactOptional(),
  plainHttp: yesOrNo.exactOptional(),
  skip: yesOrNo.exactOptional(),
  proxyCache: oneOf([true, false, 'auto']).exactOptional(),
  inspect: depth.exactOptional(),
  findings: findings.exactOptional(),
}).superRefine(({ ca, plainHttp }, context) => {
  if (ca !== undefined && plainHttp === true)
    context.addIssue({
      code: 'custom',
      path: ['plainHttp'],
      message: 'plainHttp and ca exclude each other; remove one of them',
    });
});

/** The first that matches counts, so that another one for the same would never be looked at. */
const registries = list(registry).superRefine((rules, context) => {
  const first = new Map<string, number>();
  for (const [index, { match }] of rules.entries()) {
    const before = first.get(match.index);
    if (before === undefined) first.set(match.index, index);
    else
      context.addIssue({
        code: 'custom',
        path: [index, 'match'],
        message: `registries[${before}] has the same match and wins; merge the two entries`,
      });
  }
});

/** As containerd's `config_path`. */
const directories = field('the path of a directory, or several separated by colons', (written) => {
  const paths = typeof written === 'string' && !written.includes('\0') ? written.split(':') : [];
  const named = paths.filter((path) => path !== '');
  return named.length > 0 ? { value: named } : undefined;
});

const platform = field('a platform such as linux/amd64', (written) => {
  if (typeof written !== 'string') return undefined;
  const parsed = parseNodePlatform(written);
  return parsed.ok ? { value: parsed.platform } : { problem: parsed.error };
});

/** None at all would say that there are no nodes. */
const platforms = list(platform).refine((named) => named.length > 0, 'name at least one platform, or remove this key');

const nodes = section({
  platforms: platforms.exactOptional(),
  dockerConfig: filePath.exactOptional(),
  hostsDir: directories.exactOptional(),
  credentialProviderConfig: filePath.exactOptional(),
  credentialProviderBinDir: filePath.exactOptional(),
}).superRefine(({ credentialProviderConfig, credentialProviderBinDir }, context) => {
  if ((credentialProviderConfig === undefined) === (credentialProviderBinDir === undefined)) return;
  const [given, missing] =
    credentialProviderConfig === undefined
      ? ['credentialProviderBinDir', 'credentialProviderConfig']
      : ['credentialProviderConfig', 'credentialProviderBinDir'];
  context.addIssue({ code: 'custom', path: [given], message: `goes with ${missing}; write both or none` });
});

const hosts = list(
  field('a CIDR block, an address or a host name', (written) => {
    if (typeof written !== 'string') return undefined;
    const parsed = parseHostPattern(written);
    return parsed.ok ? { value: parsed.pattern } : { problem: parsed.error.replace(/\.$/, '') };
  }),
).exactOptional();

const dnsServers = list(
  field('an IP address, with or without a port, such as 10.96.0.10 or [fd00::a]:53', (written) => {
    if (typeof written !== 'string') return undefined;
    const [, bracketed, plain = ''] = /^(?:\[([^\]]*)\](?::\d{1,5})?|([^:]*)(?::\d{1,5})?)$/.exec(written) ?? [];
    return isIP(bracketed ?? plain) !== 0 || isIPv6(written) ? { value: written } : undefined;
  }),
);

const proxy = field<ProxyServer | 'none'>(
  'the address of a proxy, such as http://proxy.example.com:3128',
  (written) => {
    if (written === '') return { value: 'none' };
    if (typeof written !== 'string') return undefined;
    const parsed = parseProxyServer(written);
    if (!parsed.ok) return { problem: parsed.problem };
    return parsed.value.login === undefined
      ? { value: parsed.value }
      : { problem: 'a password does not belong here; set HTTPS_PROXY from a Secret, and remove this key' };
  },
);

const noProxyEntry = field('a name, an address or a CIDR block, such as .svc or 10.0.0.0/8', (written) => {
  if (typeof written !== 'string') return undefined;
  const parsed = parseNoProxy(written);
  return parsed.ok ? { value: parsed.value } : { problem: `${shown(written)} ${parsed.problem}` };
});

/** Nothing reads these keys yet. An operator who sets one must not believe that what runs is examined. */
const noAudit = field('nothing', () => ({
  problem: 'pullgate serve does not audit running workloads yet; remove this key',
})).exactOptional();

const fuse = section({
  references: count(0, 1000).exactOptional(),
  // Its name before references were counted.
  workloads: count(0, 1_000_000).exactOptional(),
  window: duration('168h', '5m').exactOptional(),
  hold: duration('168h', '1h').exactOptional(),
}).superRefine(({ references, workloads }, context) => {
  if (references !== undefined && workloads !== undefined)
    context.addIssue({ code: 'custom', path: ['workloads'], message: 'is the old name of references; remove this' });
});

export const configSchema = section({
  apiVersion: oneOf([apiVersion]),
  kind: oneOf([kind]),
  mode: oneOf(modes).exactOptional(),
  exemptNamespaces: list(namespace).exactOptional(),
  assume: section({
    nodeCredentials,
    mirrors,
    preloaded,
    imageRewriting: oneOf(assumptionValues.imageRewriting).exactOptional(),
    nodes: oneOf(assumptionValues.nodes).exactOptional(),
    facts: oneOf(assumptionValues.facts).exactOptional(),
  }).exactOptional(),
  inspect: depth.exactOptional(),
  findings: findings.exactOptional(),
  deny: section({
    workloads: yesOrNo.exactOptional(),
    pods: yesOrNo.exactOptional(),
    controlledPods: yesOrNo.exactOptional(),
  }).exactOptional(),
  fuse: fuse.exactOptional(),
  workloadKinds: list(workloadKind).exactOptional(),
  registries: registries.exactOptional(),
  nodes: nodes.exactOptional(),
  examiner: section({ dockerConfig: filePath.exactOptional() }).exactOptional(),
  limits: section({
    // The API server waits 30 s at most.
    deadline: duration('30s', '4s').exactOptional(),
    inFlight: count(1, 100_000).exactOptional(),
    perRegistryConcurrency: count(1, 1000).exactOptional(),
    requestTimeout: duration('5m', '1500ms').exactOptional(),
    cacheEntries: count(1, 1_000_000).exactOptional(),
    pullShare: share.exactOptional(),
  }).exactOptional(),
  egress: section({
    privateRanges: oneOf(['allow', 'deny']).exactOptional(),
    allow: hosts,
    deny: hosts,
    trustedTokenServers: hosts,
    registriesOnly: yesOrNo.exactOptional(),
    dnsServers: dnsServers.exactOptional(),
    proxy: proxy.exactOptional(),
    noProxy: list(noProxyEntry).exactOptional(),
    ca: text('the path of a file', /^[^\0]*$/).exactOptional(),
  }).exactOptional(),
  log: section({
    level: oneOf(['debug', 'info', 'warn', 'error']).exactOptional(),
    requests: oneOf(['findings', 'all', 'none']).exactOptional(),
  }).exactOptional(),
  audit: section({ interval: noAudit, registryBudgetPerHour: noAudit }).exactOptional(),
});

export type WrittenConfig = z.output<typeof configSchema>;
