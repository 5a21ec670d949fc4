/** Words about registries that gave no usable answer. What could not be found out is said with what hinders it. */

import type { TokenObjection } from '../../core/evidence/evidence.ts';
import type { FindingOf, NotExamined, RegistryErrorCause } from '../../core/finding/finding.ts';
import type { NotRendered } from '../../core/workload/image-use.ts';
import { printable } from '../printable.ts';
import type { Words } from './words.ts';

export function rateLimitedWords({ registry, retryAfterMs, usedUp }: FindingOf<'rate-limited'>): Words {
  const until = retryAfterMs === undefined ? '' : `; it says to come back in ${durationText(retryAfterMs)}`;
  const within = usedUp?.windowMs === undefined ? '' : ` in ${durationText(usedUp.windowMs)}`;
  const said =
    usedUp === undefined
      ? 'answers 429 Too Many Requests'
      : `says that 0 of ${usedUp.limit} pulls${within} are left, so the next pull gets 429 Too Many Requests`;
  return {
    said: `${printable(registry)} ${said}${until}`,
    nextStep: 'pull with credentials or through a mirror; nodes may be limited, too',
  };
}

export function lowRateLimitWords(finding: FindingOf<'rate-limit-low'>): Words {
  const { registry, remaining, limit, spared } = finding;
  const said = `${printable(registry)} allows ${remaining} more of ${limit} pulls`;
  const nextStep = 'pull with credentials or through a mirror';
  if (spared === 'pull-share')
    return {
      said: `${said}; the content of the image was not read, to stay below limits.pullShare`,
      nextStep: `${nextStep}, or raise limits.pullShare`,
    };
  return {
    said: spared === undefined ? said : `${said}; the content of the image was not read, to spare them`,
    nextStep,
  };
}

export function unreachableWords({ registry, cause }: FindingOf<'registry-unreachable'>): Words {
  const host = printable(registry);
  switch (cause) {
    case 'dns':
      return {
        said: `cannot find the registry: no address for ${host}`,
        nextStep: `correct the host, or make ${host} resolve`,
      };
    case 'connection':
      return {
        said: `cannot connect to the registry ${host}`,
        nextStep: 'see whether the registry runs and the network lets it be reached',
      };
    case 'tls':
      return {
        said: `cannot trust the certificate of the registry ${host}`,
        nextStep: 'name its CA under registries[].ca, and give it to the nodes by hosts.toml',
      };
    case 'plain-http':
      return {
        said: `the registry ${host} speaks plain HTTP where HTTPS is spoken`,
        nextStep: 'serve TLS, or give nodes a hosts.toml with an http:// server and pullgate plainHttp: true',
      };
    case 'timeout':
      return {
        said: `the registry ${host} did not answer in time`,
        nextStep: 'see whether the registry is slow, or raise limits.requestTimeout',
      };
    case 'proxy':
      return {
        said: `the proxy does not connect pullgate to the registry ${host}`,
        nextStep: 'allow the registry at the proxy, or list it under egress.noProxy',
      };
    case 'host-configuration':
      return {
        said: `the host configuration of the nodes for ${host} cannot be used`,
        nextStep: 'correct the hosts.toml of this registry',
      };
  }
}

export function errorWords({ registry, cause }: FindingOf<'registry-error'>): Words {
  const [saw, nextStep] = errorText(cause);
  return { said: `${printable(registry)} ${saw}`, nextStep };
}

function errorText(cause: RegistryErrorCause): readonly [said: string, nextStep: string] {
  switch (cause.kind) {
    case 'vantage':
      return [
        `refuses our address, it seems (${cause.status}); nodes may be let in`,
        'let pullgate ask from where the nodes ask, or skip this registry',
      ];
    case 'status':
      return [`answers with status ${cause.status}, which proves nothing`, 'try again when the registry is well'];
    case 'unproven-404':
      return [
        'answers 404, but not as a registry does: something before it may have answered',
        'see what serves this address, and whether the name is right',
      ];
    case 'unrepeated-404':
      return unrepeatedText(cause.again);
    case 'contradiction':
      return ['answers 404 for a tag that it lists', 'try again when the registry is well'];
    case 'unacceptable':
      return ['gives an answer that containerd or pullgate does not accept', 'see what serves this address'];
    case 'digest-header':
      return ['sends a digest that is none', 'see what serves this address'];
    case 'token-reply':
      return ['has a token server whose reply holds no token', 'see what serves the tokens'];
    case 'unusable-challenge':
      return ['asks for a kind of login that is not known', 'see what serves this address'];
    case 'no-manifest':
      return [
        `answers with ${printable(cause.mediaType) || 'no content type'} where a manifest should be`,
        'see what serves this address: it may be a login page',
      ];
    case 'unread-content':
      return [`does not give ${printable(cause.digest)}, a part of the image`, 'try again when the registry is well'];
  }
}

function unrepeatedText(again: 'throttled' | 'out-of-time' | 'failed'): readonly [said: string, nextStep: string] {
  switch (again) {
    case 'throttled':
      return ['answers 404, but allows no second look now (429 Too Many Requests)', 'try again later'];
    case 'out-of-time':
      return ['answers 404, but the deadline came before a second look', 'try again'];
    case 'failed':
      return ['answers 404, and to a second look something else, or nothing', 'try again when the registry is well'];
  }
}

export function notExaminedWords({ registry, why }: FindingOf<'registry-not-examined'>): Words {
  if (typeof why === 'object' && why.kind === 'not-rendered') return notRenderedWords(why.because);
  const [because, nextStep] = notExaminedText(why, printable(registry ?? ''));
  return { said: `not examined: ${because}`, nextStep };
}

type Examinable = Exclude<NotExamined, { kind: 'not-rendered' }>;

function notExaminedText(why: Examinable, registry: string): readonly [because: string, nextStep: string] {
  if (typeof why === 'object') return tokenServerText(why.objection, registry, printable(why.tokenServer));
  switch (why) {
    case 'loopback':
      return [
        `${registry} is each node itself, which cannot be asked from here`,
        'use a name by which all nodes and pullgate reach the registry',
      ];
    case 'skipped':
      return [`${registry} is skipped by the configuration`, 'remove skip: true of this registry'];
    case 'injected':
      return ['"auto" is replaced by an injector at admission', 'check the Pod that comes of it'];
    case 'unknown-endpoints':
      return [
        `the host configuration for ${registry} names files that were not given`,
        'give all files below nodes.hostsDir',
      ];
    case 'unusable-endpoints':
      return [
        `the host configuration for ${registry} does not parse; pulls fail on nodes that have it`,
        'correct its hosts.toml',
      ];
    case 'deadline':
      return ['no answer before the deadline', 'try again; answers that came meanwhile are remembered'];
    case 'password-limit':
      return [
        `${registry} refused 10 passwords of this user within 5 minutes; another one could lock the account`,
        'correct the passwords in the pull Secrets, and try again in 5 minutes',
      ];
    case 'credential-limit':
      return [
        `more than 16 credentials are for this image, and ${registry} refused the first 16`,
        'remove the entries that are not needed from the pull Secrets',
      ];
    case 'refused-address':
      return [
        `the address of ${registry} is one that pullgate does not contact`,
        'name it under egress.allow if it is right',
      ];
    case 'refused-redirect':
      return [
        `${registry} redirects to a host that pullgate does not contact unless it is listed`,
        'list the host where this registry keeps its blobs under egress.allow if it is right',
      ];
    case 'refused-port':
      return [
        `the port of ${registry} is one that pullgate does not contact, since no registry uses it`,
        'list the host with this port under egress.allow if it is right',
      ];
    case 'image-limit':
      return [
        'one review examines the first 256 images of a workload',
        'examine the others with pullgate check, which has no such limit',
      ];
    case 'too-large':
      return [
        'an index, manifest or config of it has more entries or levels than pullgate reads',
        'build the image with fewer entries and levels',
      ];
    case 'foreign-content':
      return ['parts of it come from addresses outside of the registry', 'push all its parts to the registry'];
  }
}

/** Of a manifest that is a source of something else. */
function notRenderedWords(because: NotRendered): Words {
  switch (because.kind) {
    case 'placeholder':
      return {
        said: `not examined: ${printable(because.placeholder)} is a placeholder`,
        nextStep: 'check what will be applied: render it first, and pipe it to pullgate check -',
      };
    case 'no-image':
      return {
        said: 'not examined: the container has no image, which an API server refuses',
        nextStep: 'write the image; if this is a part of something, check what will be applied',
      };
    case 'filled-in-by-controller':
      return {
        said: 'not examined: the container has no image; the controller of this kind may fill it in',
        nextStep: 'if it does, set partial: true for this kind in workloadKinds',
      };
    case 'replaced':
      return {
        said: `not examined: ${printable(because.kustomization)} replaces this image`,
        nextStep: `check what will be applied: kubectl kustomize ${directoryOf(because.kustomization)} | pullgate check -`,
      };
  }
}

function directoryOf(file: string): string {
  const slash = file.lastIndexOf('/');
  return slash === -1 ? '.' : printable(file.slice(0, slash) || '/');
}

function tokenServerText(
  objection: TokenObjection,
  registry: string,
  server: string,
): readonly [because: string, nextStep: string] {
  switch (objection) {
    case 'other-server':
      return [
        `${registry} wants the password sent to ${server}, another server`,
        'name that host under egress.trustedTokenServers if it is trusted',
      ];
    case 'plain-http':
      return [
        `${registry} wants a token fetched over plain HTTP from ${server}, another server`,
        'let that server speak TLS, and the realm of the registry begin with https://',
      ];
    case 'user-info':
      return [
        `${registry} wants the password sent to ${server} by an address with a user name in it`,
        'take the user name out of the realm of the registry',
      ];
    case 'foreign-address':
      return [
        `${registry} wants a token fetched from ${server}, another server at a private address`,
        'name that host under egress.trustedTokenServers if it is trusted',
      ];
    case 'unlisted-host':
      return [
        `${registry} wants a token fetched from ${server}, and egress.registriesOnly permits only servers that are listed`,
        'name that host under egress.trustedTokenServers if it is trusted',
      ];
    case 'unusual-url':
      return [
        `${registry} wants a token fetched from ${server} by an address that programs may read differently`,
        'write the realm of the registry as a plain https:// address',
      ];
  }
}

/** `850 ms`, `42 s`, `3 min`, `6 h` */
function durationText(ms: number): string {
  if (ms < 1000) return `${ms} ms`;
  const seconds = Math.ceil(ms / 1000);
  if (seconds <= 120) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes <= 120 ? `${minutes} min` : `${Math.ceil(minutes / 60)} h`;
}
