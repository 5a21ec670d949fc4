import { type Asked, answerChallenges } from '../../../src/core/registry/authorization.ts';
import { parseChallenges } from '../../../src/core/registry/challenge.ts';
import { systemTls } from '../../../src/core/registry/endpoint.ts';
import type { Exchange, Response } from '../../../src/core/registry/exchange.ts';
import { fetchToken } from '../../../src/core/registry/token.ts';
import type { Family } from '../play.ts';

type Input = {
  readonly headers?: readonly string[] | null;
  readonly username?: string;
  readonly password?: string;
  readonly again?: boolean;
  readonly tokenServer?: Readonly<Record<string, { readonly status: number; readonly body: string }>>;
};
type Expect = { readonly error?: string };

const endpoint = {
  scheme: 'https',
  host: 'registry.example.com',
  path: '/v2',
  capabilities: [],
  tls: systemTls,
  headers: [],
  tokenHeaders: [],
  httpFallback: false,
};

export const challenges: Family = (input: Input, expect: Expect) => {
  const parsed = parseChallenges(input.headers ?? []);
  const encoder = new TextEncoder();
  const login = { username: encoder.encode(input.username ?? ''), password: encoder.encode(input.password ?? '') };
  const came = answer(
    { challenges: parsed, login, ownScope: 'repository:team/app:pull', again: input.again ?? false },
    input,
  );
  return {
    expected: { ...expect, ...(expect.error !== undefined && { error: true }) },
    came: {
      challenges: parsed.map(({ scheme, parameters }) => ({ scheme, parameters: Object.fromEntries(parameters) })),
      ...came,
    },
  };
};

function answer(asked: Asked, { tokenServer }: Input) {
  const answered = answerChallenges(asked);
  if (answered.kind === 'basic') return { authorization: answered.authorization };
  if (answered.kind !== 'token') return { error: true };
  const requests: unknown[] = [];
  const dialogue = fetchToken(answered.question, { endpoint, repository: 'team/app', login: asked.login });
  let step = dialogue.next();
  while (!step.done) {
    requests.push(...step.value.map(seen));
    step = dialogue.next(step.value.map((exchange) => replyOf(exchange, tokenServer)));
  }
  return step.value.kind === 'token'
    ? { requests, authorization: step.value.authorization }
    : { requests, error: true };
}

function seen({ method, url, body, headers }: Exchange) {
  const authorization = headers.authorization ?? userInfoOf(url);
  return { method, url, ...(body && { body }), ...(authorization && { authorization }) };
}

/** Go's client makes Basic authorization of the user information of a URL. */
function userInfoOf(url: string): string | undefined {
  const userInfo = /^https?:\/\/([^@/]*)@/.exec(url)?.[1];
  return userInfo && `Basic ${btoa(userInfo)}`;
}

function replyOf({ method }: Exchange, tokenServer: Input['tokenServer']): Response {
  const { status, body } = tokenServer?.[method] ?? { status: 200, body: '{"access_token":"A","token":"T"}' };
  return {
    kind: 'response',
    status,
    headers: new Map(),
    body: new TextEncoder().encode(body),
    bodyIncomplete: false,
    ageMs: 0,
  };
}
