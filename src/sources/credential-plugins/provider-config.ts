/** The kubelet's CredentialProviderConfig: which plugin is asked for which images (kubelet.config.k8s.io; pull-semantics 3.9). */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { field, list, oneOf, section, text, yesOrNo } from '../../config/field.ts';
import { readStrictYaml } from '../../config/read-strict-yaml.ts';
import { parseLocation, type RegistryLocation } from '../../core/credential/registry-key.ts';
import { parseGoDurationMs } from '../../core/go/duration.ts';
import { errorCode, readBoundedFile } from '../../file/read-bounded-file.ts';

export type CredentialProvider = {
  /** Also that of its program. */
  readonly name: string;
  readonly matchImages: readonly RegistryLocation[];
  readonly defaultCacheMs: number;
  /** Of the protocol: that of the request, and expected of the response. */
  readonly apiVersion: string;
  readonly args: readonly string[];
  /** Of equal names the last one counts. */
  readonly env: readonly { readonly name: string; readonly value: string }[];
  /** It wants a token of the Pod's ServiceAccount, which only a kubelet gets. */
  readonly wantsServiceAccountToken: boolean;
};

export type ReadProviders =
  | { readonly ok: true; readonly providers: readonly CredentialProvider[] }
  /** Sentences that start with a path. */
  | { readonly ok: false; readonly problems: readonly string[] };

const configVersions = ['v1', 'v1beta1', 'v1alpha1'].map((version) => `kubelet.config.k8s.io/${version}`);
const protocolVersions = ['v1', 'v1beta1', 'v1alpha1'].map((version) => `credentialprovider.kubelet.k8s.io/${version}`);

const word = text('a text', /^[^\0]*$/);

const programName = field('the name of a program', (written) => {
  if (typeof written !== 'string' || written === '') return undefined;
  return /[/ \0]/.test(written) || written === '.' || written === '..'
    ? { problem: 'is the name of a program in the plugin directory, without whitespace and slashes' }
    : { value: written };
});

const imagePattern = field('a registry such as *.dkr.ecr.*.amazonaws.com', (written) => {
  const location = typeof written === 'string' && written !== '' ? parseLocation(written) : undefined;
  return location === undefined ? undefined : { value: location };
});

const cacheDuration = field('a duration such as 12h, or 0s', (written) => {
  const ms = typeof written === 'string' ? parseGoDurationMs(written) : undefined;
  return ms !== undefined && ms >= 0 ? { value: ms } : undefined;
});

const tokenAttributes = section({
  serviceAccountTokenAudience: text('an audience', /./),
  cacheType: oneOf(['ServiceAccount', 'Token']),
  requireServiceAccount: yesOrNo,
  requiredServiceAccountAnnotationKeys: list(word).exactOptional(),
  optionalServiceAccountAnnotationKeys: list(word).exactOptional(),
});

const provider = section({
  name: programName,
  matchImages: list(imagePattern).min(1, 'name at least one registry'),
  defaultCacheDuration: cacheDuration,
  apiVersion: oneOf(protocolVersions),
  args: list(word).exactOptional(),
  env: list(section({ name: text('the name of a variable', /^[^=\0]+$/), value: word })).exactOptional(),
  tokenAttributes: tokenAttributes.exactOptional(),
}).superRefine(({ tokenAttributes: token, apiVersion }, context) => {
  if (token !== undefined && !apiVersion.endsWith('/v1'))
    context.addIssue({
      code: 'custom',
      path: ['tokenAttributes'],
      message: 'goes with apiVersion credentialprovider.kubelet.k8s.io/v1',
    });
});

const configSchema = section({
  apiVersion: oneOf(configVersions),
  kind: oneOf(['CredentialProviderConfig']),
  providers: list(provider).min(1, 'name at least one provider'),
}).transform(({ providers }) =>
  providers.map(
    ({ defaultCacheDuration, args = [], env = [], tokenAttributes: token, ...rest }): CredentialProvider => ({
      ...rest,
      defaultCacheMs: defaultCacheDuration,
      args,
      env,
      wantsServiceAccountToken: token !== undefined,
    }),
  ),
);

/** A file, or as from kubelet 1.34 on a directory: its .json, .yaml and .yml files in the order of their names. Never throws. */
export async function readProviders(path: string): Promise<ReadProviders> {
  const listed = await filesAt(path);
  if (!listed.ok) return listed;
  const reads = await Promise.all(
    listed.paths.map((file) => readStrictYaml(file, configSchema, 'it has an apiVersion, a kind and providers')),
  );
  const problems = reads.flatMap((read) => (read.ok ? [] : read.problems));
  const providers = reads.flatMap((read) => (read.ok ? read.value : []));
  const names = providers.map(({ name }) => name);
  const twice = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  for (const name of twice) problems.push(`${path}: names the provider ${name} twice`);
  return problems.length > 0 ? { ok: false, problems } : { ok: true, providers };
}

type Listed =
  | { readonly ok: true; readonly paths: readonly string[] }
  | { readonly ok: false; readonly problems: readonly string[] };

async function filesAt(path: string): Promise<Listed> {
  if ((await readBoundedFile(path, 0)).kind !== 'directory') return { ok: true, paths: [path] };
  try {
    const entries = await readdir(path, { withFileTypes: true });
    const names = entries.filter((entry) => !entry.isDirectory() && /\.(?:json|ya?ml)$/.test(entry.name));
    const paths = names.map(({ name }) => join(path, name)).toSorted();
    return paths.length > 0
      ? { ok: true, paths }
      : { ok: false, problems: [`${path}: holds no file .json, .yaml or .yml`] };
  } catch (error) {
    return { ok: false, problems: [`${path}: cannot be listed (${errorCode(error)})`] };
  }
}
