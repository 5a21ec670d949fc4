import { type Endpoint, systemTls } from '../../src/core/registry/endpoint.ts';
import type {
  Answer,
  Exchange,
  Failure,
  FailureCause,
  PresentedPassword,
  Response,
  SecondLook,
} from '../../src/core/registry/exchange.ts';

export function anEndpoint(origin: string, part: Partial<Endpoint> = {}): Endpoint {
  const { protocol, host } = new URL(origin);
  return {
    scheme: protocol.slice(0, -1),
    host,
    path: '/v2',
    capabilities: ['pull', 'resolve'],
    tls: systemTls,
    headers: [],
    tokenHeaders: [],
    httpFallback: false,
    ...part,
  };
}

/** HEAD of a manifest by default. */
export function anExchange(endpoint: Endpoint, part: Partial<Exchange> = {}): Exchange {
  const { repository = 'team/app' } = part;
  return {
    purpose: 'manifest',
    endpoint,
    repository,
    method: 'HEAD',
    url: `${endpoint.scheme}://${endpoint.host}/v2/${repository}/manifests/1`,
    headers: { Accept: 'application/vnd.oci.image.index.v1+json, */*' },
    bodyLimit: 8192,
    ...part,
  };
}

export function aResponse(status: number, part: Partial<Response> & { readonly text?: string } = {}): Response {
  const { text = '', ...rest } = part;
  const body = Buffer.from(text);
  return { kind: 'response', status, headers: new Map(), body, bodyIncomplete: false, ageMs: 0, ...rest };
}

export function aFailure(cause: FailureCause, ageMs = 0): Failure {
  return { kind: 'failure', cause, ageMs };
}

/** Of a connection that was not made. */
export function unconnected(cause: FailureCause, ageMs = 0): Failure {
  return { ...aFailure(cause, ageMs), isUnconnected: true };
}

/** A password that is presented for a repository, by a user of its own. */
export function aPassword(credentialKey: string, to: string, part: Partial<PresentedPassword> = {}): PresentedPassword {
  return { credentialKey, userKey: `user of ${credentialKey}`, to, asks: 'repository', ...part };
}

/** Of a dialogue that follows a HEAD of the repository. */
export function aSecondLook(notBeforeMs: number, repository = 'team/app'): SecondLook {
  return { notBeforeMs, attempt: 1, after: anExchange(anEndpoint('https://registry.example.com'), { repository }) };
}

/** `404`, `dns`. */
export function inShort(answer: Answer): string {
  if (answer.kind === 'failure') return answer.cause;
  return `${answer.status}${answer.bodyIncomplete ? ' incomplete' : ''}`;
}
