import type { Challenge, ChallengeScheme } from '../../src/core/registry/challenge.ts';
import type { Answer, Dialogue, Exchange } from '../../src/core/registry/exchange.ts';
import type { Login } from '../../src/core/registry/login.ts';

/** What a dialogue came to, and everything that it asked, in order. */
export type Played<Value> = { readonly value: Value; readonly asked: readonly Exchange[]; readonly rounds: number };

/** Plays the registry's part of a dialogue. */
export function play<Value>(dialogue: Dialogue<Value>, answer: (exchange: Exchange) => Answer): Played<Value> {
  const asked: Exchange[] = [];
  let step = dialogue.next([]);
  for (let rounds = 0; ; rounds += 1) {
    if (step.done === true) return { value: step.value, asked, rounds };
    asked.push(...step.value);
    step = dialogue.next(step.value.map(answer));
  }
}

/** The answers to the requests in their order. Who asks for more than these is wrong. */
export function inOrder(...answers: readonly Answer[]): (exchange: Exchange) => Answer {
  const left = answers.values();
  return (exchange) => {
    const next = left.next();
    if (next.done === true) throw new Error(`nobody expected ${lineOf(exchange)}`);
    return next.value;
  };
}

/** `HEAD https://registry.example.com/v2/team/app/manifests/1`; a second look is marked, and so is authorization. */
export function lineOf({ method, url, secondLook, headers }: Exchange): string {
  const { authorization } = headers;
  return [
    `${method} ${url}`,
    ...(authorization === undefined ? [] : [authorization]),
    ...(secondLook === undefined ? [] : ['again']),
  ].join(' ');
}

export function headersOf(lines: Readonly<Record<string, string | readonly string[]>>): ReadonlyMap<string, string[]> {
  return new Map(Object.entries(lines).map(([name, line]) => [name, typeof line === 'string' ? [line] : [...line]]));
}

export function aLogin(username: string, password: string): Login {
  return { username: Buffer.from(username), password: Buffer.from(password) };
}

export function aChallenge(scheme: ChallengeScheme, parameters: Readonly<Record<string, string>> = {}): Challenge {
  return { scheme, parameters: new Map(Object.entries(parameters)) };
}

/** What a registry says with an error (distribution-spec, Error Codes). */
export function errorDocument(...codes: readonly string[]): string {
  return JSON.stringify({ errors: codes.map((code) => ({ code, message: code.toLowerCase() })) });
}
