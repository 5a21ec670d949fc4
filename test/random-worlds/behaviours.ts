/**
 * What registries do to whoever asks, each as a server plays it and as one line for the slow node: whether a node would get the
 * image with this login, now or when it tries again.
 */

/** Whose login it is: of somebody who may see everything, of somebody unknown here, or nobody's. */
export type Asker = 'right' | 'wrong' | 'nobody';

export type Request = {
  readonly method: string;
  readonly path: string;
  readonly kind: 'manifest' | 'blob' | 'tags' | 'other';
  readonly repository: string;
  readonly hasAuthorization: boolean;
  /** How often this kind of request came before. */
  readonly before: number;
};

export type Answer = { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string };

export type Behaviour = {
  readonly guard: 'open' | 'basic' | 'bearer';
  /** Each connection belongs to one of two replicas, which take their own tokens only. */
  readonly hasTwoKeys?: true;
  /** The token server gives a token to this asker. */
  readonly givesToken?: (asker: Asker, repository: string, before: number) => boolean;
  /** To somebody whose token or password was looked at. */
  readonly shows: (asker: Asker, repository: string) => 'content' | 'refused' | 'hidden';
  readonly page?: true;
  readonly headers?: Record<string, string>;
  /** Said instead of everything else. */
  readonly says?: (request: Request) => Answer | undefined;
  /** Whether a node gets what is there. */
  readonly serves: (asker: Asker, repository: string) => boolean;
  /** A node gets the image whatever is said now: the trouble passes, or is about our address. */
  readonly heals?: true;
};

const toEverybody = () => 'content' as const;
const toTheRight = (asker: Asker) => (asker === 'right' ? 'content' : 'refused');
const isRight = (asker: Asker) => asker === 'right';
const isNotWrong = (asker: Asker) => asker !== 'wrong';

export function errorOf(status: number, code: string): Answer {
  const body = JSON.stringify({ errors: [{ code, message: code.toLowerCase() }] });
  return { status, headers: { 'content-type': 'application/json' }, body };
}

function always(answer: Answer): Behaviour {
  return {
    guard: 'open',
    shows: toEverybody,
    says: ({ kind }) => (kind === 'manifest' ? answer : undefined),
    serves: () => true,
    heals: true,
  };
}

/** The repository that the token server of `one scope` refuses to everybody. */
export const forbidden = 'forbidden/two';

export const behaviours = {
  open: { guard: 'open', shows: toEverybody, serves: () => true },
  basic: { guard: 'basic', shows: toTheRight, serves: isRight },
  'html 401': { guard: 'basic', shows: toTheRight, page: true, serves: isRight },
  private: { guard: 'bearer', givesToken: isNotWrong, shows: toTheRight, serves: isRight },
  public: { guard: 'bearer', givesToken: isNotWrong, shows: toEverybody, serves: isNotWrong },
  hidden: {
    guard: 'bearer',
    shows: (asker) => (asker === 'right' ? 'content' : 'hidden'),
    serves: isRight,
  },
  'hidden behind Basic': {
    guard: 'basic',
    shows: (asker) => (asker === 'right' ? 'content' : asker === 'wrong' ? 'hidden' : 'refused'),
    serves: isRight,
  },
  'two keys': { guard: 'bearer', hasTwoKeys: true, givesToken: isNotWrong, shows: toEverybody, serves: isNotWrong },
  'two keys, private': { guard: 'bearer', hasTwoKeys: true, givesToken: isRight, shows: toTheRight, serves: isRight },
  'one scope': {
    guard: 'bearer',
    givesToken: (asker, repository) => asker === 'right' && repository !== forbidden,
    shows: toTheRight,
    serves: (asker, repository) => asker === 'right' && repository !== forbidden,
  },
  'the third token request': {
    guard: 'bearer',
    givesToken: (asker, _repository, before) => asker !== 'wrong' && before >= 2,
    shows: toEverybody,
    // containerd asks twice with a login, and once without: whoever has none is refused at each look.
    serves: isRight,
  },
  'HEAD hides': {
    guard: 'bearer',
    givesToken: isNotWrong,
    shows: toEverybody,
    says: ({ method, kind, hasAuthorization }) =>
      kind === 'manifest' && method === 'HEAD' && !hasAuthorization ? errorOf(404, 'MANIFEST_UNKNOWN') : undefined,
    serves: () => false,
  },
  'nothing left': {
    guard: 'open',
    shows: toEverybody,
    headers: { 'ratelimit-limit': '100;w=21600', 'ratelimit-remaining': '0;w=21600' },
    says: ({ method, kind }) => (kind === 'manifest' && method === 'GET' ? errorOf(429, 'TOOMANYREQUESTS') : undefined),
    serves: () => true,
    heals: true,
  },
  'absent for a moment': {
    guard: 'open',
    shows: toEverybody,
    says: ({ kind, before }) => (kind === 'manifest' && before === 0 ? errorOf(404, 'MANIFEST_UNKNOWN') : undefined),
    serves: () => true,
  },
  'contradicts itself': {
    guard: 'open',
    shows: toEverybody,
    says: ({ kind }) => (kind === 'manifest' ? errorOf(404, 'MANIFEST_UNKNOWN') : undefined),
    serves: () => true,
  },
  'a cache in trouble': {
    guard: 'open',
    shows: toEverybody,
    headers: { 'x-harbor-csrf-token': 'abc' },
    says: ({ kind }) => (kind === 'manifest' ? errorOf(404, 'NOT_FOUND') : undefined),
    serves: () => true,
    heals: true,
  },
  'a cache without the children': {
    guard: 'open',
    shows: toEverybody,
    headers: { 'x-jfrog-version': 'Artifactory/7' },
    says: ({ kind, path, before }) =>
      kind === 'manifest' && before > 0 && path.includes('sha256:') ? errorOf(404, 'MANIFEST_UNKNOWN') : undefined,
    serves: () => true,
    heals: true,
  },
  'a flat 401': always({ status: 401 }),
  'a flat 403': always(errorOf(403, 'DENIED')),
  'a page for a missing page': always({ status: 404, headers: { 'content-type': 'text/html' }, body: '<h1>404</h1>' }),
  'too many requests': always(errorOf(429, 'TOOMANYREQUESTS')),
  'an internal error': always(errorOf(500, 'UNKNOWN')),
} as const satisfies Readonly<Record<string, Behaviour>>;

export type BehaviourName = keyof typeof behaviours;

/** With all the members that only some have. */
export function behaviourNamed(name: BehaviourName): Behaviour {
  return behaviours[name];
}
