/** Messages about registries that gave no usable answer, with the reason for it. */

import type { TokenObjection } from '../../core/evidence/evidence.ts';
import type { FindingOf, NotExamined, RegistryErrorCause } from '../../core/finding/finding.ts';
import type { NotRendered } from '../../core/workload/image-use.ts';
import { printable } from '../printable.ts';
import { commandStep, shellQuoted } from './command.ts';
import { quoteOf, type Words } from './words.ts';

export function rateLimitedWords({ registry, retryAfterMs, usedUp }: FindingOf<'rate-limited'>): Words {
  const until = retryAfterMs === undefined ? '' : ` (retry after ${durationText(retryAfterMs)})`;
  const within = usedUp?.windowMs === undefined ? '' : ` in ${durationText(usedUp.windowMs)}`;
  const said =
    usedUp === undefined
      ? 'answers 429 Too Many Requests'
      : `announces that 0 of ${usedUp.limit} pulls${within} are left, so the next pull gets 429 Too Many Requests`;
  return { said: `${printable(registry)} ${said}${until}`, nextStep: 'Pull with credentials or through a mirror' };
}

export function lowRateLimitWords(finding: FindingOf<'rate-limit-low'>): Words {
  const { registry, remaining, limit, spared } = finding;
  const said = `${printable(registry)} allows ${remaining} more of ${limit} pulls`;
  const nextStep = 'Pull with credentials or through a mirror';
  if (spared === 'pull-share')
    return {
      said: `${said}, so pullgate did not read the image content (limits.pullShare)`,
      nextStep: `${nextStep}, or raise limits.pullShare`,
    };
  return { said: spared === undefined ? said : `${said}, so pullgate did not read the image content`, nextStep };
}

export function unreachableWords({
  registry,
  host: endpoint = registry,
  cause,
}: FindingOf<'registry-unreachable'>): Words {
  const host = printable(endpoint);
  switch (cause) {
    case 'dns':
      return { said: `cannot resolve ${host}`, nextStep: `Correct the host, or add a DNS record for ${host}` };
    case 'connection':
      return {
        said: `cannot connect to ${host}`,
        nextStep: 'Check that the registry is running and that pullgate can reach it',
      };
    case 'tls':
      return {
        said: `cannot verify the TLS certificate of ${host}`,
        nextStep: 'Set the CA in registries[].ca for pullgate and in hosts.toml for the nodes',
      };
    case 'plain-http':
      return {
        said: `${host} answers HTTPS requests with plain HTTP`,
        nextStep: 'Serve TLS, or set plainHttp: true for pullgate and an http:// server in hosts.toml for the nodes',
      };
    case 'timeout':
      return {
        said: `${host} did not answer in time`,
        nextStep: 'Check whether the registry is slow, or raise limits.requestTimeout',
      };
    case 'proxy':
      return {
        said: `the proxy does not connect pullgate to ${host}`,
        nextStep: 'Allow the registry in the proxy, or add it to egress.noProxy',
      };
    case 'host-configuration':
      return {
        said: `cannot use the hosts.toml of the nodes for ${host}`,
        nextStep: 'Correct the hosts.toml of this registry',
      };
  }
}

export function errorWords(finding: FindingOf<'registry-error'>): Words {
  const { registry, host = registry, cause, registryMessage } = finding;
  const [answer, nextStep] = errorText(cause, registryMessage !== undefined);
  return { said: `${printable(host)} ${answer}${quoteOf(registryMessage)}`, nextStep };
}

const whenRecovered = 'Retry when the registry has recovered';
const checkServer = 'Check which server answers at this address';

function errorText(cause: RegistryErrorCause, isExplained: boolean): readonly [answer: string, nextStep: string] {
  switch (cause.kind) {
    case 'vantage':
      return [
        `appears to block the address of pullgate (status ${cause.status}), but may allow nodes`,
        'Run pullgate in the network of the nodes, or set skip: true for this registry',
      ];
    case 'status':
      return [`answers with status ${cause.status}`, statusStep(cause.status, isExplained)];
    case 'unproven-404':
      return [
        'answers 404 without an error document of a registry, so a proxy may have answered',
        `${checkServer}, and whether the image name is correct`,
      ];
    case 'unrepeated-404':
      return unrepeatedText(cause.again);
    case 'contradiction':
      return ['answers 404 for a tag that it lists', whenRecovered];
    case 'unacceptable':
      return ['sends an answer that containerd or pullgate does not accept', checkServer];
    case 'digest-header':
      return ['sends an invalid Docker-Content-Digest header', checkServer];
    case 'token-reply':
      return ['has a token server that sends no token', 'Check the token server of the registry'];
    case 'unusable-challenge':
      return ['asks for an unsupported type of authentication', checkServer];
    case 'no-manifest':
      return [
        `answers with ${printable(cause.mediaType) || 'no content type'} instead of a manifest`,
        'Check whether a login page or a proxy answers at this address',
      ];
    case 'unread-content':
      return [`does not serve ${printable(cause.digest)}, a part of the image`, whenRecovered];
  }
}

function statusStep(status: number, isExplained: boolean): string {
  if (isExplained && status < 500) return 'Resolve what the registry reports';
  return status < 500 ? 'Look for this status in the logs of the registry' : whenRecovered;
}

function unrepeatedText(again: 'throttled' | 'out-of-time' | 'failed'): readonly [answer: string, nextStep: string] {
  switch (again) {
    case 'throttled':
      return ['answers 404, but does not allow a second request now (429 Too Many Requests)', 'Retry later'];
    case 'out-of-time':
      return ['answers 404, which pullgate could not confirm before the deadline', 'Retry'];
    case 'failed':
      return ['answers 404 once, but does not confirm it to a second request', whenRecovered];
  }
}

export function notExaminedWords({ registry, why }: FindingOf<'registry-not-examined'>): Words {
  if (typeof why === 'object' && why.kind === 'not-rendered') return notRenderedWords(why.because);
  const [reason, nextStep] = notExaminedText(why, printable(registry ?? ''));
  return { said: `not examined: ${reason}`, nextStep };
}

type Examinable = Exclude<NotExamined, { kind: 'not-rendered' }>;

function notExaminedText(why: Examinable, registry: string): readonly [reason: string, nextStep: string] {
  if (typeof why === 'object') return tokenServerText(why.objection, registry, printable(why.tokenServer));
  switch (why) {
    case 'loopback':
      return [
        `${registry} is a loopback address, which means another host on each node`,
        'Use a registry name that all nodes and pullgate can reach',
      ];
    case 'skipped':
      return [
        `the configuration of pullgate skips ${registry}`,
        'Set skip: false for this registry in the configuration of pullgate',
      ];
    case 'injected':
      return ['an injector replaces the image "auto" at admission', 'Check the Pod after the injection'];
    case 'unknown-endpoints':
      return [
        `the hosts.toml for ${registry} refers to files that pullgate does not have`,
        'Provide all files below nodes.hostsDir',
      ];
    case 'unusable-endpoints':
      return [`the hosts.toml for ${registry} is invalid and fails all pulls`, 'Correct the hosts.toml'];
    case 'deadline':
      return ['no answer before the deadline', 'Retry'];
    case 'password-limit':
      return [
        `pullgate stopped after ${registry} refused 10 passwords of this user within 5 minutes`,
        'Correct the passwords in the pull Secrets, and retry in 5 minutes',
      ];
    case 'credential-limit':
      return [
        `pullgate stopped after ${registry} refused the first 16 credentials for this image`,
        'Remove the entries that are not needed from the pull Secrets',
      ];
    case 'refused-address':
      return [
        `pullgate does not connect to the address of ${registry}`,
        'Add it to egress.allow if the address is correct',
      ];
    case 'refused-redirect':
      return [
        `${registry} redirects to a host that pullgate contacts only if it is listed`,
        'Add the host of the blobs of this registry to egress.allow if you trust it',
      ];
    case 'refused-port':
      return [
        `pullgate does not connect to the port of ${registry} because registries do not use it`,
        'Add the host with this port to egress.allow if the port is correct',
      ];
    case 'image-limit':
      return [
        'a review covers only the first 256 images of a workload',
        'Examine the other images with pullgate check, which has no such limit',
      ];
    case 'too-large':
      return [
        'an index, manifest or config of the image has more entries or levels than pullgate reads',
        'Build the image with fewer entries and levels',
      ];
    case 'foreign-content':
      return ['parts of the image are outside of the registry', 'Push all parts of the image to the registry'];
  }
}

/** A manifest that is the source of something else. */
function notRenderedWords(because: NotRendered): Words {
  switch (because.kind) {
    case 'placeholder':
      return {
        said: `not examined: ${printable(because.placeholder)} is a placeholder`,
        nextStep: 'Render the manifests first, and pipe the result to pullgate check -',
      };
    case 'no-image':
      return {
        said: 'not examined: the container has no image',
        nextStep: 'Set the image, or check the complete manifest if this is only a part',
      };
    case 'filled-in-by-controller':
      return {
        said: 'not examined: the container has no image, but its controller may set one',
        nextStep: 'Set partial: true for this kind in workloadKinds if its controller does',
      };
    case 'replaced':
      return {
        said: `not examined: ${printable(because.kustomization)} replaces this image`,
        nextStep: commandStep(
          `kubectl kustomize ${shellQuoted(directoryOf(because.kustomization))} | pullgate check -`,
        ),
      };
  }
}

function directoryOf(file: string): string {
  const slash = file.lastIndexOf('/');
  return slash === -1 ? '.' : file.slice(0, slash) || '/';
}

function tokenServerText(
  objection: TokenObjection,
  registry: string,
  server: string,
): readonly [reason: string, nextStep: string] {
  const trustIt = `Add ${server} to egress.trustedTokenServers if you trust it`;
  switch (objection) {
    case 'other-server':
      return [`${registry} asks for the password at a different server, ${server}`, trustIt];
    case 'plain-http':
      return [
        `${registry} uses a token server without TLS, ${server}`,
        'Use TLS on the token server, and https:// in the realm of the registry',
      ];
    case 'user-info':
      return [
        `${registry} names a token server with a user name in its URL, ${server}`,
        'Remove the user name from the realm of the registry',
      ];
    case 'foreign-address':
      return [`${registry} names a token server at a private address, ${server}`, trustIt];
    case 'unlisted-host':
      return [`${registry} names a token server that egress.registriesOnly does not allow, ${server}`, trustIt];
    case 'unusual-url':
      return [
        `${registry} names a token server with a URL that programs may read differently, ${server}`,
        'Use a plain https:// URL as the realm of the registry',
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
