/** Messages about credentials and the Secrets that hold them. They show names and keys, and never what a Secret holds. */

import type { CredentialOrigin, SecretName } from '../../core/credential/credential.ts';
import type { KeyDifference } from '../../core/credential/key-difference.ts';
import type { UnrenderedSecret } from '../../core/credential/unrendered-secret.ts';
import type { FindingOf, UnreadSecret } from '../../core/finding/finding.ts';
import { isCloudRegistry } from '../../core/pull/cloud-registry.ts';
import { printable } from '../printable.ts';
import { commandStep, shellQuoted } from './command.ts';
import { repairOf, slipText } from './name-words.ts';
import { listed, quoteOf, type Subject, type Words } from './words.ts';

/** The key that `docker login` writes for Docker Hub, and the only one with a path that kubelets find it by. */
const dockerHubKey = 'https://index.docker.io/v1/';

/** A Secret that exists is replaced: its type cannot be changed, and `apply` would keep entries that are wrong. */
export function createSecretCommand(name: string, namespace: string, registry: string, exists: boolean): string {
  const server = registry === 'docker.io' ? dockerHubKey : registry;
  const create = `kubectl create secret docker-registry ${shellQuoted(name)} -n ${shellQuoted(namespace)} --docker-server=${shellQuoted(server)} --docker-username=USER --docker-password=PASSWORD`;
  return exists ? `${create} --dry-run=client -o yaml | kubectl replace --force -f -` : create;
}

export function accessDeniedWords(finding: FindingOf<'access-denied'>, { workload }: Subject): Words {
  const { registry, repository, namespace, dropped, absentSecrets, unreadSecrets, slip } = finding;
  const reason =
    dropped.length > 0
      ? ` (the entry of ${originsText(dropped)} has no user name or no password and is not sent)`
      : slip === undefined
        ? ''
        : ` (${slipText(slip)})`;
  const [missing] = absentSecrets;
  const [unread] = unreadSecrets;
  return {
    said: `missing, or not visible without credentials: ${printable(registry)} denies anonymous pulls of ${printable(repository)}${reason}${quoteOf(finding.registryMessage)}`,
    nextStep:
      missing !== undefined
        ? commandStep(createSecretCommand(missing, namespace, registry, false))
        : unread !== undefined
          ? readableSecretStep(unread, namespace)
          : slip !== undefined
            ? repairOf(slip)
            : secretStep(dropped, finding, workload),
  };
}

function readableSecretStep({ name, state }: UnreadSecret, namespace: string): string {
  const secret = `Secret ${printable(name)}`;
  switch (state) {
    case 'refused':
      return `Allow pullgate to get ${secret} in namespace ${printable(namespace)}`;
    case 'not-given':
      return `Add ${secret} to the input`;
    case 'encrypted':
      return `Decrypt ${secret} first, and check the decrypted manifests`;
    case 'template':
      return `Render ${secret} first, and check the rendered manifests`;
    case 'contradictory':
      return `Keep only one ${secret} of namespace ${printable(namespace)} in the input`;
  }
}

function secretStep(
  dropped: readonly CredentialOrigin[],
  finding: FindingOf<'access-denied'>,
  { podSpecPath, isStored }: Subject['workload'],
): string {
  const { registry, repository, namespace, hasPullSecrets } = finding;
  const bad = dropped.find((origin) => origin.source === 'secret');
  if (bad?.source === 'secret') return commandStep(createSecretCommand(bad.name, namespace, registry, true));
  // A reference alone.
  if (podSpecPath === '') return `Give credentials for ${printable(registry)} with --docker-config`;
  if (isCloudRegistry(registry)) return cloudStep(registry, repository);
  if (isStored) return `Delete the Pod, and create it again with a pull Secret for ${printable(registry)}`;
  const name = hasPullSecrets ? `regcred-${dnsLabelOf(registry)}` : 'regcred';
  const mistyped = hasPullSecrets ? '' : 'Correct the name if it is mistyped. For a private image, ';
  const add = `${mistyped === '' ? 'Add' : 'add'} { name: ${name} } to ${podSpecPath}.imagePullSecrets`;
  return `${mistyped}${add} and run: ${createSecretCommand(name, namespace, registry, false)}`;
}

function dnsLabelOf(registry: string): string {
  return registry
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 50);
}

/** Logins of ECR live for 12 hours, those of others for an hour: a Secret with one does not last. */
function cloudStep(registry: string, repository: string): string {
  const name = `${printable(registry)}/${printable(repository)}`;
  return isEcr(registry)
    ? `Grant the IAM role of the nodes the policy AmazonEC2ContainerRegistryPullOnly for ${name}`
    : `Grant the cloud identity of the nodes the right to pull ${name}`;
}

function isEcr(registry: string): boolean {
  return registry.includes('.dkr.ecr');
}

export function rejectedWords(finding: FindingOf<'credentials-rejected'>, { workload }: Subject): Words {
  const { registry, repository, tried, acceptedLogin, registryMessage } = finding;
  const origins = originsText(tried);
  const quote = quoteOf(registryMessage);
  return {
    said: acceptedLogin
      ? `${printable(registry)} accepts the login of ${origins} but does not allow it to pull ${printable(repository)}${quote}`
      : `${printable(registry)} rejects the credentials of ${origins}${quote}`,
    nextStep: acceptedLogin
      ? `Grant this account the right to pull ${printable(repository)}`
      : renewalStep(finding, workload),
  };
}

function renewalStep(
  { registry, repository, tried }: FindingOf<'credentials-rejected'>,
  { namespace }: Subject['workload'],
): string {
  const secret = tried.find((origin) => origin.source === 'secret');
  if (secret?.source === 'secret') {
    // A login of ECR expires: another password would be refused again after 12 hours.
    if (isEcr(registry))
      return `Renew the ECR login in Secret ${printable(secret.name)} every 12 hours, or remove the Secret and grant the IAM role of the nodes the policy AmazonEC2ContainerRegistryPullOnly`;
    return commandStep(createSecretCommand(secret.name, secret.namespace ?? namespace, registry, true));
  }
  return tried.some(({ source }) => source === 'node-config')
    ? 'Correct the entry in the docker config of the nodes'
    : `Grant the identity of the credential provider plugin the right to pull ${printable(repository)}`;
}

export function undecodableWords(finding: FindingOf<'pull-secret-undecodable'>, { workload }: Subject): Words {
  if ('unrendered' in finding) return unrenderedWords(finding.secret, finding.unrendered);
  const { secret, config } = finding;
  const at = 'key' in config.fault ? `, key ${printable(config.fault.key)}` : '';
  return {
    said: `the kubelet cannot decode ${secretText(secret)}${at}: ${printable(config.error)}`,
    nextStep: `Recreate Secret ${printable(secret.name)}, or ${removal(workload)}`,
  };
}

function removal({ podSpecPath }: Subject['workload']): string {
  return `remove it from ${podSpecPath}.imagePullSecrets and from the ServiceAccount`;
}

function unrenderedWords(secret: SecretName, why: UnrenderedSecret): Words {
  const name = secretText(secret);
  return why === 'encrypted'
    ? {
        said: `the content of pull ${name} is unknown because the Secret is encrypted in the input`,
        nextStep: 'Decrypt the manifests first, and pipe the result to pullgate check -',
      }
    : {
        said: `the content of pull ${name} is unknown because the Secret is a template in the input`,
        nextStep: 'Render the manifests first, and pipe the result to pullgate check -',
      };
}

export function missingSecretWords(
  { namespace, name }: FindingOf<'pull-secret-not-found'>,
  { workload }: Subject,
): Words {
  return {
    said: `the kubelet skips pull Secret ${printable(name)} because it does not exist in namespace ${printable(namespace)}`,
    nextStep: `Create the Secret, or ${removal(workload)}`,
  };
}

export function ignoredSecretWords({ secret, why }: FindingOf<'pull-secret-ignored'>, { workload }: Subject): Words {
  const name = secretText(secret);
  switch (why.kind) {
    case 'other-type':
      return {
        said: `the kubelet ignores pull ${name} because its type is ${printable(why.type)}`,
        nextStep: `Recreate the Secret with type kubernetes.io/dockerconfigjson, or ${removal(workload)}`,
      };
    case 'key-missing':
      return {
        said: `the kubelet ignores pull ${name} because it has no key ${why.key}`,
        nextStep: `Put the docker config under the key ${why.key}`,
      };
    case 'key-empty':
      return {
        said: `the kubelet ignores pull ${name} because its key ${why.key} is empty`,
        nextStep: `Put the docker config under the key ${why.key}`,
      };
  }
}

export function noMatchWords(
  { registry, secrets, nearMiss }: FindingOf<'pull-secret-no-match'>,
  { workload }: Subject,
): Words {
  const names = listed(secrets.map(secretText));
  if (nearMiss === undefined) {
    const [{ name } = { name: 'regcred' }] = secrets;
    return {
      said: `${names} ${secrets.length === 1 ? 'has' : 'have'} no entry for ${printable(registry)}`,
      nextStep: `Add an entry with the key ${registry === 'docker.io' ? dockerHubKey : printable(registry)} to Secret ${printable(name)} in namespace ${printable(workload.namespace)}`,
    };
  }
  return {
    said: `the key ${printable(nearMiss.key)} of ${secretText(nearMiss.secret)} does not match: ${nearMiss.differences.map(differenceText).join(', ')}`,
    nextStep: `Change the key to ${printable(nearMiss.matchingKey)}`,
  };
}

function differenceText(difference: KeyDifference): string {
  switch (difference.kind) {
    case 'blank':
      return 'it has whitespace at its start or end';
    case 'scheme':
      return `the kubelet does not remove ${printable(difference.scheme)}`;
    case 'case':
      return `the ${difference.where} is case-sensitive`;
    case 'trailing-dot':
      return 'the host ends with a dot';
    case 'port':
      return portText(difference);
    case 'glob':
      return `the wildcard in the ${difference.where} does not match`;
    case 'docker-hub-host':
      return 'the kubelet does not look up Docker Hub under this host';
    case 'docker-hub-path':
      return 'the only path for Docker Hub is /v1/';
    case 'version-without-slash':
      return `${printable(difference.path)} without a trailing slash is read as a repository path`;
    case 'trailing-slash':
      return 'it ends with a slash';
    case 'tag-or-digest':
      return 'a key cannot have a tag or digest';
    case 'narrower-path':
      return `it covers only ${printable(difference.inKey)}`;
  }
}

function portText({ inKey, inImage }: Extract<KeyDifference, { kind: 'port' }>): string {
  const key = inKey === undefined ? 'it has no port' : `it has port ${printable(inKey)}`;
  return `${key}, but the image has ${inImage === undefined ? 'none' : `port ${printable(inImage)}`}`;
}

function originsText(origins: readonly CredentialOrigin[]): string {
  return listed(origins.map(originText));
}

function originText(origin: CredentialOrigin): string {
  switch (origin.source) {
    case 'secret':
      return `${secretText(origin)} (key ${printable(origin.key)})`;
    case 'node-config':
      return `the nodes' ${printable(origin.path)} (key ${printable(origin.key)})`;
    case 'plugin':
      return `credential provider plugin ${printable(origin.name)}`;
  }
}

function secretText({ namespace, name }: SecretName): string {
  return namespace === undefined ? `Secret ${printable(name)}` : `Secret ${printable(namespace)}/${printable(name)}`;
}
