/**
 * A random world: nodes, what leads Pods to them, Secrets, a registry; and what no input shows. `check` is given the objects,
 * the slow node knows the rest as well.
 */
import * as fc from 'fast-check';
import { type BehaviourName, behaviours } from './behaviours.ts';

const architectures = ['amd64', 'arm64'] as const;
export type Architecture = (typeof architectures)[number];
const pools = ['red', 'blue'] as const;
export type Pool = (typeof pools)[number];

export type RandomNode = {
  readonly architecture: Architecture;
  readonly generation: '1.7.35' | '2.1.4';
  readonly pool?: Pool;
  /** Its pool is a taint too. */
  readonly isTainted: boolean;
  /** With the taint of its resource. */
  readonly hasGpu: boolean;
  readonly isCordoned: boolean;
  readonly reports: boolean;
  readonly sign: 'none' | 'kind' | 'k3s-peers';
};

/** What decides besides a spec on which nodes its Pods land. */
export type Steering = { readonly pool?: Pool; readonly tolerates: readonly Pool[] };

export type SecretState =
  | 'right'
  | 'wrong'
  | 'for another registry'
  /** There, and right, but not in the input. */
  | 'not in the input'
  /** Two of one name in the input, one of them right. */
  | 'twice'
  | 'encrypted';

export type World = {
  readonly nodes: readonly RandomNode[];
  readonly kind: 'Pod' | 'Deployment';
  readonly spec: Steering & {
    readonly architecture?: Architecture;
    readonly isHuge: boolean;
    readonly wantsGpu: boolean;
    readonly pullPolicy: 'Always' | 'IfNotPresent';
  };
  readonly namespace?: Steering;
  readonly runtimeClass?: Steering & { readonly isInInput: boolean };
  readonly secrets: readonly SecretState[];
  readonly account: 'in the input' | 'lists a Secret' | 'not in the input';
  readonly behaviour: BehaviourName;
  readonly repositories: readonly ('team/app' | 'forbidden/two')[];
  /** For which an index has images, a single image, or no tag at all. */
  readonly content: { readonly kind: 'index' | 'single' | 'gone'; readonly architectures: readonly Architecture[] };
  readonly hidden: {
    /** A node that an autoscaler brings where a Pod fits on none. */
    readonly autoscales?: Architecture;
    readonly toleratesResources: boolean;
    /** Images were loaded into nodes of kind. */
    readonly isLoaded: boolean;
    /** Another node gives it to nodes that ask it. */
    readonly hasPeers: boolean;
    /** Nodes have the right login. */
    readonly nodesLogIn: boolean;
  };
};

const pool = fc.constantFrom(...pools);
const architecture = fc.constantFrom(...architectures);
const rarely = fc.integer({ min: 0, max: 7 }).map((number) => number === 0);
const sometimes = fc.integer({ min: 0, max: 2 }).map((number) => number === 0);

/** Left out in most worlds: what leads nowhere hides everything else. */
function optional<Key extends string, Value>(key: Key, value: fc.Arbitrary<Value>, freq = 2) {
  const absent = fc.constant<Partial<Record<Key, Value>>>({});
  const present = value.map((some) => ({ [key]: some }) as Partial<Record<Key, Value>>);
  return fc.oneof({ arbitrary: absent, weight: freq }, { arbitrary: present, weight: 1 });
}

function together<Parts extends readonly object[]>(
  ...parts: { readonly [Index in keyof Parts]: fc.Arbitrary<Parts[Index]> }
): fc.Arbitrary<Intersection<Parts>> {
  return fc.tuple(...parts).map((all) => Object.assign({}, ...all) as Intersection<Parts>);
}

type Intersection<Parts extends readonly object[]> = Parts extends readonly [
  infer First extends object,
  ...infer Rest extends readonly object[],
]
  ? First & Intersection<Rest>
  : unknown;

const node: fc.Arbitrary<RandomNode> = together(
  fc.record({
    architecture,
    generation: fc.constantFrom('1.7.35', '2.1.4'),
    isTainted: fc.boolean(),
    hasGpu: sometimes,
    isCordoned: rarely,
    reports: rarely,
    sign: fc.oneof(
      { arbitrary: fc.constant('none' as const), weight: 8 },
      { arbitrary: fc.constantFrom('kind', 'k3s-peers'), weight: 1 },
    ),
  }),
  optional('pool', pool, 1),
);

const steering: fc.Arbitrary<Steering> = together(
  fc.record({ tolerates: fc.constantFrom([], [], ['red'], ['blue'], [...pools]) }),
  optional('pool', pool, 6),
);

const secret: fc.Arbitrary<SecretState> = fc.constantFrom(
  'right',
  'wrong',
  'for another registry',
  'not in the input',
  'twice',
  'encrypted',
);

/** Many are open, so that it is the nodes that decide. */
const behaviour: fc.Arbitrary<BehaviourName> = fc.oneof(
  { arbitrary: fc.constant('open'), weight: 1 },
  { arbitrary: fc.constantFrom(...(Object.keys(behaviours) as BehaviourName[])), weight: 2 },
);

export const world: fc.Arbitrary<World> = together(
  fc.record({
    nodes: fc.array(node, { minLength: 1, maxLength: 3 }),
    kind: fc.constantFrom('Pod', 'Deployment'),
    spec: together(
      fc.record({ isHuge: rarely, wantsGpu: sometimes, pullPolicy: fc.constantFrom('Always', 'IfNotPresent') }),
      steering,
      optional('architecture', architecture, 4),
    ),
    secrets: fc.oneof(fc.constant([]), fc.array(secret, { minLength: 1, maxLength: 2 })),
    account: fc.constantFrom('in the input', 'in the input', 'lists a Secret', 'not in the input'),
    behaviour,
    repositories: fc.constantFrom(['team/app'], ['team/app', 'forbidden/two'], ['forbidden/two', 'team/app']),
    content: fc.oneof(
      {
        arbitrary: fc.record({
          kind: fc.constantFrom('index', 'index', 'single'),
          architectures: fc.constantFrom(['amd64'], ['arm64'], ['amd64', 'arm64']),
        }),
        weight: 3,
      },
      { arbitrary: fc.constant({ kind: 'gone', architectures: [] }), weight: 1 },
    ),
    hidden: together(
      fc.record({
        toleratesResources: fc.boolean(),
        isLoaded: fc.boolean(),
        hasPeers: fc.boolean(),
        nodesLogIn: sometimes,
      }),
      optional('autoscales', architecture, 1),
    ),
  }),
  optional('namespace', steering),
  optional('runtimeClass', together(steering, fc.record({ isInInput: fc.boolean() }))),
);
