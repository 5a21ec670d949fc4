/** Through which endpoints each kind of node pulls. Kinds that go the same way are asked about once. */
import { newestPullers, type Puller } from '../content/puller.ts';
import type { ImageReference } from '../image/reference.ts';
import type { Capability, Endpoint } from '../registry/endpoint.ts';
import { hostDirectoryOf } from '../registry/host-directory.ts';
import { type HostsConfiguration, planEndpoints } from '../registry/hosts-toml.ts';
import type { Viewer } from '../registry/inspect.ts';
import type { FilesFailure, FromFiles } from '../registry/node-files.ts';
import { atRewrittenRepositories } from '../registry/rewrites.ts';
import type { Candidates, GroupViews } from './node-views.ts';
import type { RegistrySettings } from './settings.ts';

export type Route = {
  readonly endpoints: readonly Endpoint[];
  /** For whom content is chosen on this way. */
  readonly viewers: readonly Viewer[];
  readonly pullers: readonly Puller[];
};

export type PlannedRoutes = { readonly kind: 'routes'; readonly routes: readonly [Route, ...Route[]] } | FilesFailure;

/** Of containerd's host configuration, what was given of it. */
export type HostsGiven = HostsConfiguration | undefined;

/**
 * Routes follow from the kinds of nodes, the settings and the host configuration, which stay the same for thousands of
 * images, and from the host of the registry: each is planned once, and is one object for all its images.
 */
const known = new WeakMap<object, WeakMap<RegistrySettings, WeakMap<object, Map<string, PlannedRoutes>>>>();
const mostHosts = 1_000;

export function routesOf(
  reference: ImageReference,
  candidates: Candidates,
  settings: RegistrySettings,
  hosts: HostsGiven = nothingConfigured,
): PlannedRoutes {
  const groups = candidates.kind === 'groups' ? candidates.groups : noGroups;
  const bySettings = entryOf(known, groups, () => new WeakMap());
  const byHosts = entryOf(bySettings, settings, () => new WeakMap());
  const byRegistry = entryOf(byHosts, hosts, () => new Map<string, PlannedRoutes>());
  // A table `rewrite` makes them different for each repository.
  const key = hosts.compilePattern === undefined ? reference.registry : reference.name;
  const planned = byRegistry.get(key);
  if (planned !== undefined) return planned;
  if (byRegistry.size >= mostHosts) byRegistry.clear();
  const routes = planRoutes(reference, groups, settings, hosts);
  byRegistry.set(key, routes);
  return routes;
}

function entryOf<Key extends object, Value>(map: WeakMap<Key, Value>, key: Key, make: () => Value): Value {
  const there = map.get(key);
  if (there !== undefined) return there;
  const value = make();
  map.set(key, value);
  return value;
}

const noGroups: readonly GroupViews[] = [];

function planRoutes(
  reference: ImageReference,
  groups: readonly GroupViews[],
  settings: RegistrySettings,
  hosts: HostsConfiguration,
): PlannedRoutes {
  const pullers = groups.length === 0 ? newestPullers : groups.flatMap((group) => group.pullers);
  const viewers = groups.flatMap((group) => group.viewers);
  const routes = new Map<string, Route>();
  for (const puller of distinctPullers(pullers)) {
    const planned = endpointsFor(reference, settings, hosts, puller);
    if (planned.kind !== 'value') return planned;
    const endpoints = planned.value;
    const key = JSON.stringify(endpoints.map(asPullsSeeIt));
    const route = routes.get(key);
    const ofPuller = viewers.filter((viewer) => isSamePuller(viewer.puller, puller));
    routes.set(key, {
      endpoints,
      viewers: [...(route?.viewers ?? []), ...ofPuller],
      pullers: [...(route?.pullers ?? []), puller],
    });
  }
  const [first, ...rest] = routes.values();
  if (first === undefined) throw new Error('no puller, no route');
  return { kind: 'routes', routes: [first, ...rest] };
}

/** Newer kinds may also ask for referrers: no pull does. */
function asPullsSeeIt(endpoint: Endpoint): Endpoint {
  return { ...endpoint, capabilities: endpoint.capabilities.filter(decidesAboutPulls) };
}

function decidesAboutPulls(capability: Capability): boolean {
  return capability === 'pull' || capability === 'resolve';
}

export function isSamePuller(one: Puller, other: Puller): boolean {
  return (
    one.generation === other.generation && one.path === other.path && one.followsRewrites === other.followsRewrites
  );
}

function distinctPullers(pullers: readonly Puller[]): readonly Puller[] {
  return pullers.filter((puller, index) => pullers.findIndex((other) => isSamePuller(other, puller)) === index);
}

/** `ca` and `plainHttp` of pullgate's own configuration stand in for a host configuration that says nothing of this registry. */
function endpointsFor(
  { registry, repository }: ImageReference,
  { ca, plainHttp }: RegistrySettings,
  configuration: HostsConfiguration,
  puller: Puller,
): FromFiles<readonly Endpoint[]> {
  const plan = planEndpoints(registry, configuration, puller);
  if (plan.kind !== 'endpoints') return plan;
  const isConfigured = hostDirectoryOf(registry, configuration.configPath, configuration.files, puller) !== undefined;
  return isConfigured
    ? atRewrittenRepositories(plan.endpoints, repository, configuration.compilePattern)
    : { kind: 'value', value: plan.endpoints.map((endpoint) => withOwnWords(endpoint, ca, plainHttp)) };
}

const nothingConfigured: HostsConfiguration = { configPath: '/etc/containerd/certs.d', files: new Map() };

function withOwnWords(endpoint: Endpoint, ca: string | undefined, plainHttp: boolean): Endpoint {
  return {
    ...endpoint,
    ...(plainHttp && { scheme: 'http', httpFallback: false }),
    ...(ca !== undefined && { tls: { ...endpoint.tls, extraRoots: [...(endpoint.tls.extraRoots ?? []), ca] } }),
  };
}
