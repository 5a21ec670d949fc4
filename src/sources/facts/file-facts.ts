/**
 * The world as far as files tell it: Nodes, Namespaces, ServiceAccounts, Secrets and objects that show how images come to nodes. A
 * Secret or account that is not among them is unknown, not absent, unless somebody says that the files are complete.
 */
import { type PullSecret, parseSecret } from '../../core/credential/pull-secret.ts';
import {
  parseServiceAccount,
  type ServiceAccount,
  type ServiceAccountLookup,
} from '../../core/credential/service-account.ts';
import type { Platform } from '../../core/image/platform.ts';
import { namespaceDefaultsOf } from '../../core/node/namespace-defaults.ts';
import { type Node, parseNode } from '../../core/node/node.ts';
import { parseRuntimeClass, type RuntimeClass, type RuntimeClassLookup } from '../../core/node/runtime-class.ts';
import { sharedStrings } from '../../core/node/shared-strings.ts';
import type { FieldProblem } from '../../core/object/field-problem.ts';
import { type Namespace, type NamespaceLookup, parseNamespace } from '../../core/object/namespace.ts';
import type { NodesSeen, SecretLookup, World } from '../../core/pull/world.ts';
import type { Workload } from '../../core/workload/workload.ts';
import { GrowthObjects } from './growth-objects.ts';
import { ImageObjects } from './image-objects.ts';

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
  | { readonly kind: 'malformed'; readonly problems: readonly FieldProblem[] };

export class FileFacts {
  readonly #settings: FileFactsSettings;
  readonly #share = sharedStrings();
  readonly #nodes = new Map<string, Node>();
  readonly #namespaces = new Map<string, Namespace>();
  readonly #secrets = new Map<string, PullSecret>();
  readonly #accounts = new Map<string, ServiceAccount>();
  readonly #runtimeClasses = new Map<string, RuntimeClass>();

  readonly #images: ImageObjects;
  readonly #growth: GrowthObjects;

  constructor(settings: FileFactsSettings) {
    this.#settings = settings;
    this.#images = new ImageObjects(settings.namespace);
    this.#growth = new GrowthObjects(settings.namespace);
  }

  get hasNodes(): boolean {
    return this.#nodes.size > 0;
  }

  /** Of several objects of one name the last one counts, as if they had been applied one after the other. */
  add(object: Readonly<Record<string, unknown>>): Added {
    const { apiVersion, kind } = object;
    if (this.#images.add(object)) return { kind: 'fact' };
    if (this.#growth.add(object)) return { kind: 'fact' };
    if (isRuntimeClass(object)) {
      const parsed = parseRuntimeClass(object);
      if (!parsed.ok) return { kind: 'malformed', problems: parsed.problems };
      this.#runtimeClasses.set(parsed.runtimeClass.name, parsed.runtimeClass);
      return { kind: 'fact' };
    }
    if (apiVersion !== 'v1') return { kind: 'no-fact' };
    switch (kind) {
      case 'Node': {
        const parsed = parseNode(object, this.#share);
        if (!parsed.ok) return { kind: 'malformed', problems: parsed.problems };
        this.#nodes.set(parsed.node.name, parsed.node);
        return { kind: 'fact' };
      }
      case 'Namespace': {
        const parsed = parseNamespace(object);
        if (!parsed.ok) return { kind: 'malformed', problems: parsed.problems };
        this.#namespaces.set(parsed.namespace.name, parsed.namespace);
        return { kind: 'fact' };
      }
      case 'Secret': {
        const parsed = parseSecret(object);
        if (!parsed.ok) return { kind: 'malformed', problems: parsed.problems };
        const namespace = parsed.secret.namespace ?? this.#settings.namespace;
        this.#secrets.set(`${namespace}/${parsed.secret.name}`, { ...parsed.secret, namespace });
        return { kind: 'fact' };
      }
      case 'ServiceAccount': {
        const parsed = parseServiceAccount(object);
        if (!parsed.ok) return { kind: 'malformed', problems: parsed.problems };
        const namespace = parsed.account.namespace ?? this.#settings.namespace;
        this.#accounts.set(`${namespace}/${parsed.account.name}`, { ...parsed.account, namespace });
        return { kind: 'fact' };
      }
      default:
        return { kind: 'no-fact' };
    }
  }

  namespaceNamed(name: string): NamespaceLookup {
    const namespace = this.#namespaces.get(name);
    return namespace === undefined ? { kind: 'absent' } : { kind: 'found', namespace };
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
    const runtimeClass = this.#runtimeClasses.get(name);
    if (runtimeClass !== undefined) return { kind: 'found', runtimeClass };
    return this.#settings.completeness === 'complete'
      ? { kind: 'absent' }
      : { kind: 'unknown', why: 'not among the files' };
  }

  #nodesSeen(): NodesSeen {
    if (this.hasNodes) return { kind: 'nodes', nodes: [...this.#nodes.values()] };
    const { platforms } = this.#settings;
    return platforms === undefined ? { kind: 'unknown' } : { kind: 'platforms', platforms };
  }

  #account(namespace: string, name: string): ServiceAccountLookup {
    const account = this.#accounts.get(`${namespace}/${name}`);
    if (account !== undefined) return { kind: 'found', account };
    if (this.#settings.completeness === 'partial') return { kind: 'unknown' };
    // A controller makes the account `default` in every namespace; nobody writes it down.
    return name === 'default' ? { kind: 'found', account: bareAccount(namespace, name) } : { kind: 'absent' };
  }

  #secret(namespace: string, name: string): SecretLookup {
    const secret = this.#secrets.get(`${namespace}/${name}`);
    if (secret !== undefined) return { kind: 'found', secret };
    return this.#settings.completeness === 'complete'
      ? { kind: 'absent' }
      : { kind: 'unknown', why: 'not among the files' };
  }
}

function isRuntimeClass({ apiVersion, kind }: Readonly<Record<string, unknown>>): boolean {
  return kind === 'RuntimeClass' && (apiVersion === 'node.k8s.io/v1' || apiVersion === 'node.k8s.io/v1beta1');
}

function bareAccount(namespace: string, name: string): ServiceAccount {
  return { namespace, name, imagePullSecrets: [], enforcesMountableSecrets: false };
}
