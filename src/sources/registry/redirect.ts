import { judgeRedirect, maxRedirects, type RedirectVerdict } from '../../core/egress/redirect-rule.ts';
import { type Answer, type Exchange, headerOf, type Response } from '../../core/registry/exchange.ts';
import { hasUserInfo, ownOriginOf, parseUrl } from './place.ts';
import { failedBy, type Send, type Terms } from './send.ts';

/** Follows what the rule permits, each hop as an exchange of its own; every other redirect is not an answer. */
export function followingRedirects(inner: Send): Send {
  const follow = async (exchange: Exchange, terms: Terms, hop: Hop): Promise<Answer> => {
    const answer = await inner(exchange, terms);
    if (!isRedirect(answer)) return hop.isElsewhere && isChallenge(answer) ? failedBy('unacceptable-answer') : answer;
    const target = targetOf(exchange, answer);
    if (hop.count === maxRedirects || target === undefined) return failedBy('unacceptable-answer');
    const isElsewhere = hop.isElsewhere || target.verdict !== 'same-origin';
    const headers = headersFor(target, exchange);
    return follow({ ...exchange, url: target.url, headers }, terms, { count: hop.count + 1, isElsewhere });
  };
  return (exchange, terms) => follow(exchange, terms, { count: 0, isElsewhere: false });
}

type Hop = {
  readonly count: number;
  /** Some hop led away from the origin that was asked, where no challenge is met. */
  readonly isElsewhere: boolean;
};

function isRedirect(answer: Answer): answer is Response {
  return answer.kind === 'response' && [301, 302, 303, 307, 308].includes(answer.status);
}

/** Of somebody to whom no credential would be sent. */
function isChallenge(answer: Answer): boolean {
  return answer.kind === 'response' && answer.status === 401;
}

type Target = { readonly url: string; readonly verdict: Exclude<RedirectVerdict, 'refused'> };

function targetOf(exchange: Exchange, answer: Response): Target | undefined {
  const from = parseUrl(exchange.url);
  const location = headerOf(answer, 'location');
  const to = location === undefined ? undefined : parseUrl(location, exchange.url);
  if (from === undefined || to === undefined) return undefined;
  const { purpose, method, endpoint } = exchange;
  const verdict = judgeRedirect({
    purpose,
    method,
    from: originOf(from),
    to: { ...originOf(to), path: to.pathname, hasUserInfo: hasUserInfo(to) },
    endpoint: ownOriginOf(endpoint),
  });
  return verdict === 'refused' ? undefined : { url: to.href, verdict };
}

function originOf(url: URL): { readonly scheme: string; readonly host: string } {
  return { scheme: url.protocol.slice(0, -1), host: url.host };
}

/** What one hop took away no later one gives back, even if it leads to where the first request went. */
function headersFor({ verdict }: Target, { headers }: Exchange): Exchange['headers'] {
  switch (verdict) {
    case 'same-origin':
      return headers;
    case 'same-host':
      return only(headers, ['accept', 'authorization']);
    case 'elsewhere':
      return bare(headers);
  }
}

/** What is left for a host that is not the endpoint: nothing that the endpoint's configuration or a credential put there. */
function bare(headers: Exchange['headers']): Exchange['headers'] {
  return only(headers, ['accept']);
}

function only(headers: Exchange['headers'], kept: readonly string[]): Exchange['headers'] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => kept.includes(name.toLowerCase())));
}
