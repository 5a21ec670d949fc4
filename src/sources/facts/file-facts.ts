/**
 * The world as far as files tell it: Nodes, Namespaces, ServiceAccounts, Secrets and objects that show how images come to nodes. A
 * Secret or account that is not among them is unknown, not absent, unless somebody says that the files are complete.
 */
import { isDeepStrictEqual } from 'node:util';
import { holdsTheSame, parseSecret } from '../../core/credential/pull-secret.ts';
import {
  parseServiceAccount,
  type ServiceAccount,
  type ServiceAccountLookup,
} from '../../core/credential/service-account.ts';
import { unrenderedSecret } from '../../core/credential/unrendered-secret.ts';
import type { Platform } from '../../core/image/platform.ts';
import { namespaceDefaultsOf } from '../../core/node/namespace-defaults.ts';
import { hasNodeInfo, type Node, parseNode } from '../../core/node/node.ts';
import { parseRuntimeClass, type RuntimeClass, type RuntimeClassLookup } from '../../core/node/runtime-class.ts';
import { sharedStrings } from '../../core/node/shared-strings.ts';
import type { FieldProblem } from '../../core/object/field-problem.ts';
import { type Namespace, type NamespaceLookup, parseNamespace } from '../../core/object/namespace.ts';
import type { NodesSeen, SecretLookup, World } from '../../core/pull/world.ts';
import type { Workload } from '../../core/workload/workload.ts';
import { GrowthObjects } from './growth-objects.ts';
import { ImageObjects } from './image-objects.ts';
import { contradiction, NamedFacts } from './named-facts.ts';

export type FileFactsSettings = {
  /** Of objects that name none. */
  readonly namespace: string;
  /** Candidate platforms where no Node objects are read. */
  readonly platforms?: readonly Platform[];
  readonly completeness: 'partial' | 'complete';
};

export type Added =
  | { readonly kind: 'fact' }
  | { readonly kind: 'no-fact' }
  /** A Node without `status.nodeInfo`: a part of one, as documentation has it. */
  | { readonly kind: 'no-node' }
  | { readonly kind: 'malformed'; readonly problems: readonly FieldProblem[] };

export class FileFacts {
  readonly #settings: FileFactsSettings;
  readonly #share = sharedStrings();
  /** Of one name all that differ: a Pod may land on each of them, as far as is known. */
  readonly #nodes = new Map<string, readonly Node[]>();
  /** The same list as long as none is added: what follows from it is remembered by it. */
  #nodeList: readonly Node[] | undefined;
  readonly #namespaces = new NamedFacts<Namespace>();
  readonly #secrets = new NamedFacts<SecretInInput>(isSameSecret);
  readonly #accounts = new NamedFacts<ServiceAccount>();
  readonly #runtimeClasses = new NamedFacts<RuntimeClass>();

  readonly #images: ImageObjects;
  readonly #growth: GrowthObjects;

  constructor(settings: FileFactsSettings) {
    this.#settings = settings;
    this.#images = new ImageObjects(settings.namespace);
    this.#growth = new GrowthObjects(settings.namespace);
  }

  get nodes(): NodesSeen {
    return this.#nodesSeen();
  }

  get hasNodes(): boolean {
    return this.#nodes.size > 0;
  }

  /** What several objects of one name say differently is unknown. */
  add(object: Readonly<Record<string, unknown>>): Added {
    const { apiVersion, kind } = object;
    if (this.#images.add(object)) return { kind: 'fact' };
    if (this.#growth.add(object)) return { kind: 'fact' };
    if (isRuntimeClass(object)) {
      const parsed = parseRuntimeClass(object);
      if (!parsed.ok) return { kind: 'malformed', problems: parsed.problems };
      this.#runtimeClasses.add(parsed.runtimeClass.name, parsed.runtimeClass);
      return { kind: 'fact' };
    }
    if (apiVersion !== 'v1') return { kind: 'no-fact' };
    switch (kind) {
      case 'Node': {
        if (!hasNodeInfo(object)) return { kind: 'no-node' };
        const parsed = parseNode(object, this.#share);
        if (!parsed.ok) return { kind: 'malformed', problems: parsed.problems };
        this.#addNode(parsed.node);
        return { kind: 'fact' };
      }
      case 'Namespace': {
        const parsed = parseNamespace(object);
        if (!parsed.ok) return { kind: 'malformed', problems: parsed.problems };
        this.#namespaces.add(parsed.namespace.name, parsed.namespace);
        return { kind: 'fact' };
      }
      case 'Secret': {
        if (this.#addUnrendered(object)) return { kind: 'fact' };
        const parsed = parseSecret(object);
        if (!parsed.ok) return { kind: 'malformed', problems: parsed.problems };
        const namespace = parsed.secret.namespace ?? this.#settings.namespace;
        const secret = { ...parsed.secret, namespace };
        this.#secrets.add(`${namespace}/${secret.name}`, { kind: 'found', secret });
        return { kind: 'fact' };
      }
      case 'ServiceAccount': {
        const parsed = parseServiceAccount(object);
        if (!parsed.ok) return { kind: 'malformed', problems: parsed.problems };
        const namespace = parsed.account.namespace ?? this.#settings.namespace;
        this.#accounts.add(`${namespace}/${parsed.account.name}`, { ...parsed.account, namespace });
        return { kind: 'fact' };
      }
      default:
        return { kind: 'no-fact' };
    }
  }

  namespaceNamed(name: string): NamespaceLookup {
    const named = this.#namespaces.named(name);
    if (named.kind === 'contradictory') return { kind: 'unknown', why: contradiction };
    return named.kind === 'found' ? { kind: 'found', namespace: named.fact } : named;
  }

  worldOf({ namespace, serviceAccountName, placement: { runtimeClassName } }: Workload): World {
    const runtimeClass = runtimeClassName === undefined ? undefined : this.#runtimeClass(runtimeClassName);
    return {
      ...(runtimeClass && { runtimeClass }),
      namespaceDefaults: namespaceDefaultsOf(this.namespaceNamed(namespace)),
      nodes: this.#nodesSeen(),
      serviceAccount: this.#account(namespace, serviceAccountName),
      secretNamed: (name) => this.#secret(namespace, name),
      images: this.#images.seen,
      growth: this.#growth.seen,
    };
  }

  #runtimeClass(name: string): RuntimeClassLookup {
    const named = this.#runtimeClasses.named(name);
    if (named.kind === 'contradictory') return { kind: 'unknown', why: contradiction };
    if (named.kind === 'found') return { kind: 'found', runtimeClass: named.fact };
    return this.#settings.completeness === 'complete'
      ? { kind: 'absent' }
      : { kind: 'unknown', why: 'not among the files' };
  }

  #addNode(node: Node): void {
    this.#nodeList = undefined;
    const before = this.#nodes.get(node.name) ?? [];
    if (!before.some((other) => isDeepStrictEqual(other, node))) this.#nodes.set(node.name, [...before, node]);
  }

  #addUnrendered(object: Readonly<Record<string, unknown>>): boolean {
    const unrendered = unrenderedSecret(object);
    if (unrendered === undefined) return false;
    const { name, namespace = this.#settings.namespace, why } = unrendered;
    this.#secrets.add(`${namespace}/${name}`, { kind: 'open', why });
    return true;
  }

  #nodesSeen(): NodesSeen {
    this.#nodeList ??= [...this.#nodes.values()].flat();
    if (this.hasNodes) return { kind: 'nodes', nodes: this.#nodeList };
    const { platforms } = this.#settings;
    return platforms === undefined ? { kind: 'unknown' } : { kind: 'platforms', platforms };
  }

  #account(namespace: string, name: string): ServiceAccountLookup {
    const named = this.#accounts.named(`${namespace}/${name}`);
    if (named.kind === 'contradictory') return { kind: 'unknown', why: contradiction };
    if (named.kind === 'found') return { kind: 'found', account: named.fact };
    if (this.#settings.completeness === 'partial') return { kind: 'not-given' };
    // A controller makes the account `default` in every namespace; nobody writes it down.
    return name === 'default' ? { kind: 'found', account: bareAccount(namespace, name) } : { kind: 'absent' };
  }

  #secret(namespace: string, name: string): SecretLookup {
    const named = this.#secrets.named(`${namespace}/${name}`);
    if (named.kind === 'contradictory') return { kind: 'open', why: 'contradictory' };
    if (named.kind === 'found') return named.fact;
    return { kind: this.#settings.completeness === 'complete' ? 'absent' : 'not-given' };
  }
}

function isRuntimeClass({ apiVersion, kind }: Readonly<Record<string, unknown>>): boolean {
  return kind === 'RuntimeClass' && (apiVersion === 'node.k8s.io/v1' || apiVersion === 'node.k8s.io/v1beta1');
}

type SecretInInput = Extract<SecretLookup, { kind: 'found' | 'open' }>;

function isSameSecret(one: SecretInInput, other: SecretInInput): boolean {
  if (one.kind === 'found' && other.kind === 'found') return holdsTheSame(one.secret, other.secret);
  return one.kind === other.kind;
}

function bareAccount(namespace: string, name: string): ServiceAccount {
  return { namespace, name, imagePullSecrets: [], enforcesMountableSecrets: false };
}
