/** What an operator tells about nodes and registries that no API shows (contract §3 and §7). */
import type { Keyring } from '../credential/keyring.ts';
import { covers, parseLocation, type RegistryLocation } from '../credential/registry-key.ts';
import type { Depth } from '../registry/inspect.ts';

export type Assumptions = {
  /** Whether nodes have credentials of their own: plugins, files, containerd's configuration. */
  readonly nodeCredentials: 'none' | 'unknown';
  /** Whether nodes pull from elsewhere than the registry. `auto`: as the cluster shows. */
  readonly mirrors: 'auto' | 'none' | 'unknown';
  /** Whether images are brought to nodes by other ways than pulls for Pods. `auto`: as the cluster shows. */
  readonly preloaded: 'auto' | 'none' | 'unknown';
  /** Whether something rewrites images of Pods on their way into the cluster. */
  readonly imageRewriting: 'none' | 'unknown';
  /** `fixed`: no nodes come but those that are there, or others of their platforms. */
  readonly nodes: 'fixed' | 'unknown';
  /** `complete`: a Secret or ServiceAccount that is not among the given files does not exist. */
  readonly facts: 'partial' | 'complete';
};

export const defaultAssumptions: Assumptions = {
  nodeCredentials: 'unknown',
  mirrors: 'auto',
  preloaded: 'auto',
  imageRewriting: 'none',
  nodes: 'unknown',
  facts: 'partial',
};

/** One entry of `registries:`. */
export type RegistryRule = {
  /** Matches as a key in a docker config does. */
  readonly match: RegistryLocation;
  readonly nodeCredentials?: Assumptions['nodeCredentials'];
  readonly mirrors?: Assumptions['mirrors'];
  readonly preloaded?: Assumptions['preloaded'];
  /** PEM. */
  readonly ca?: string;
  readonly plainHttp?: boolean;
  readonly skip?: boolean;
  readonly proxyCache?: boolean | 'auto';
  readonly inspect?: Depth;
};

/** What was said of one registry beside `registries:`, and stands above it. */
export type ToldOfRegistry = Pick<RegistryRule, 'match' | 'nodeCredentials' | 'mirrors' | 'preloaded'>;

/** What holds for one repository: the first rule that matches it, and the general words where that says nothing. */
export type RegistrySettings = {
  readonly nodeCredentials: Assumptions['nodeCredentials'];
  /** Said for this registry by name, so that even a cloud's host counts as having none. */
  readonly nodeCredentialsAreNamed: boolean;
  readonly mirrors: Assumptions['mirrors'];
  readonly preloaded: Assumptions['preloaded'];
  readonly ca?: string;
  readonly plainHttp: boolean;
  readonly skip: boolean;
  readonly proxyCache: boolean | 'auto';
  readonly inspect: Depth;
};

export type PullSettings = {
  readonly assume: Assumptions;
  readonly inspect: Depth;
  readonly registries: readonly RegistryRule[];
  /** Where several speak of the same the last one counts. */
  readonly told?: readonly ToldOfRegistry[];
  /** What the kubelet adds from files on its node, in its order (pull-semantics 3.8). */
  readonly nodeKeyrings: readonly Keyring[];
  /** Not of the nodes: used only to see what exists where nodes are refused (contract §3, C8). */
  readonly examinerKeyring?: Keyring;
};

/** The first that matches. */
export function ruleFor<Rule extends Pick<RegistryRule, 'match'>>(
  name: string,
  rules: readonly Rule[],
): Rule | undefined {
  const image = rules.length === 0 ? undefined : parseLocation(name);
  return image && rules.find(({ match }) => covers(match, image));
}

/** Few rules make few results, and plans are told apart by them: each is one object, for as long as the settings stand. */
const made = new WeakMap<PullSettings, Map<string, RegistrySettings>>();

/** @param name normalized repository name, `docker.io/library/nginx` */
export function registrySettingsOf(name: string, settings: PullSettings): RegistrySettings {
  const { registries, told = [] } = settings;
  const image = registries.length + told.length === 0 ? undefined : parseLocation(name);
  const matches = ({ match }: ToldOfRegistry) => image !== undefined && covers(match, image);
  const rule = registries.findIndex(matches);
  const toldHere = told.map((word) => (matches(word) ? '1' : '0')).join('');
  const known = made.get(settings) ?? new Map<string, RegistrySettings>();
  made.set(settings, known);
  const key = `${rule} ${toldHere}`;
  const result = known.get(key) ?? settingsBy(registries[rule], told.filter(matches), settings);
  known.set(key, result);
  return result;
}

function settingsBy(
  rule: RegistryRule | undefined,
  toldHere: readonly ToldOfRegistry[],
  { assume, inspect }: PullSettings,
): RegistrySettings {
  const said = <Key extends 'nodeCredentials' | 'mirrors' | 'preloaded'>(key: Key): RegistryRule[Key] | undefined =>
    toldHere.findLast((word) => word[key] !== undefined)?.[key] ?? rule?.[key];
  return {
    nodeCredentials: said('nodeCredentials') ?? assume.nodeCredentials,
    nodeCredentialsAreNamed: said('nodeCredentials') !== undefined,
    mirrors: said('mirrors') ?? assume.mirrors,
    preloaded: said('preloaded') ?? assume.preloaded,
    ...(rule?.ca !== undefined && { ca: rule.ca }),
    plainHttp: rule?.plainHttp ?? false,
    skip: rule?.skip ?? false,
    proxyCache: rule?.proxyCache ?? 'auto',
    inspect: rule?.inspect ?? inspect,
  };
}
