/** Words about credentials and the Secrets that hold them. Names and keys are shown, what they hold never is. */

import type { CredentialOrigin, SecretName } from '../../core/credential/credential.ts';
import type { KeyDifference } from '../../core/credential/key-difference.ts';
import type { UnrenderedSecret } from '../../core/credential/unrendered-secret.ts';
import type { FindingOf } from '../../core/finding/finding.ts';
import { printable } from '../printable.ts';
import { repairOf, slipText } from './name-words.ts';
import { listed, type Subject, type Words } from './words.ts';

/** The key that `docker login` writes for Docker Hub, and the only one with a path that kubelets find it by. */
const dockerHubKey = 'https://index.docker.io/v1/';

/** The exact command; a Secret that exists is replaced by it. */
export function createSecretCommand(name: string, namespace: string, registry: string, exists: boolean): string {
  const server = registry === 'docker.io' ? dockerHubKey : registry;
  const create = `kubectl create secret docker-registry ${printable(name)} -n ${printable(namespace)} --docker-server=${printable(server)} --docker-username=USER --docker-password=PASSWORD`;
  return exists ? `${create} --dry-run=client -o yaml | kubectl apply -f -` : create;
}

export function accessDeniedWords(finding: FindingOf<'access-denied'>, { workload }: Subject): Words {
  const { registry, repository, namespace, dropped, absentSecrets, unreadSecrets, slip } = finding;
  const because =
    dropped.length > 0
      ? `; the entry of ${originsText(dropped)} has no user name or no password, so that it is not sent`
      : slip === undefined
        ? ''
        : `; ${slipText(slip)}`;
  const [missing] = absentSecrets;
  const [unread] = unreadSecrets;
  return {
    said: `missing, or not visible without credentials: ${printable(registry)} refuses strangers ${printable(repository)}${because}`,
    nextStep:
      missing !== undefined
        ? createSecretCommand(missing, namespace, registry, false)
        : unread !== undefined
          ? `let pullgate see Secret ${printable(unread)}, or give it among the manifests`
          : slip !== undefined
            ? repairOf(slip)
            : secretFor(dropped, finding, workload),
  };
}

function secretFor(
  dropped: readonly CredentialOrigin[],
  finding: FindingOf<'access-denied'>,
  { podSpecPath, isStored }: Subject['workload'],
): string {
  const bad = dropped.find((origin) => origin.source === 'secret');
  if (bad?.source === 'secret') return createSecretCommand(bad.name, finding.namespace, finding.registry, true);
  // A reference alone.
  if (podSpecPath === '') return `give credentials for ${printable(finding.registry)} with --docker-config`;
  const command = createSecretCommand('regcred', finding.namespace, finding.registry, false);
  if (isStored)
    return `delete the Pod, and create it with a pull Secret for ${printable(finding.registry)}: a Pod gets those of its ServiceAccount only when it is created`;
  return `${command}; then add ${podSpecPath}.imagePullSecrets: [{ name: regcred }]`;
}

export function rejectedWords(finding: FindingOf<'credentials-rejected'>, { workload }: Subject): Words {
  const { registry, repository, tried, acceptedLogin } = finding;
  const whose = originsText(tried);
  const secret = tried.find((origin) => origin.source === 'secret');
  return {
    said: acceptedLogin
      ? `${printable(registry)} knows the login of ${whose}, but does not let it pull ${printable(repository)}`
      : `${printable(registry)} rejects the credentials of ${whose}`,
    nextStep: acceptedLogin
      ? `give that account the right to pull ${printable(repository)}`
      : secret?.source === 'secret'
        ? createSecretCommand(secret.name, secret.namespace ?? workload.namespace, registry, true)
        : tried.some(({ source }) => source === 'node-config')
          ? "correct the entry in the nodes' docker config"
          : 'give the identity for which the provider plugin asks the right to pull it',
  };
}

export function undecodableWords(finding: FindingOf<'pull-secret-undecodable'>, { workload }: Subject): Words {
  if ('unrendered' in finding) return unrenderedWords(finding.secret, finding.unrendered);
  const { secret, config } = finding;
  const at = 'key' in config.fault ? `, key ${printable(config.fault.key)}` : '';
  return {
    said: `the kubelet cannot decode ${secretText(secret)}${at}: ${printable(config.error)}`,
    nextStep: `write that Secret anew, or take it out of ${workload.podSpecPath}.imagePullSecrets and its ServiceAccount`,
  };
}

function unrenderedWords(secret: SecretName, why: UnrenderedSecret): Words {
  const name = secretText(secret);
  return why === 'encrypted'
    ? {
        said: `pull ${name} is encrypted in the input: what it holds is not known`,
        nextStep: 'check what will be applied: pipe the decrypted manifests to pullgate check -',
      }
    : {
        said: `pull ${name} is a template in the input: what it will hold is not known`,
        nextStep: 'check what will be applied: render it first, and pipe it to pullgate check -',
      };
}

export function missingSecretWords(
  { namespace, name }: FindingOf<'pull-secret-not-found'>,
  { workload }: Subject,
): Words {
  return {
    said: `pull Secret ${printable(name)} does not exist in namespace ${printable(namespace)}; the kubelet goes on without it`,
    nextStep: `create the Secret, or take it out of ${workload.podSpecPath}.imagePullSecrets and its ServiceAccount`,
  };
}

export function ignoredSecretWords({ secret, why }: FindingOf<'pull-secret-ignored'>, { workload }: Subject): Words {
  const name = secretText(secret);
  const retype = `create it as type kubernetes.io/dockerconfigjson, or take it out of ${workload.podSpecPath}.imagePullSecrets`;
  switch (why.kind) {
    case 'other-type':
      return { said: `the kubelet ignores pull ${name}, because its type is ${printable(why.type)}`, nextStep: retype };
    case 'key-missing':
      return {
        said: `the kubelet ignores pull ${name}, because it has no key ${why.key}`,
        nextStep: `write the docker config under ${why.key}`,
      };
    case 'key-empty':
      return {
        said: `the kubelet ignores pull ${name}, because its ${why.key} is empty`,
        nextStep: `write the docker config under ${why.key}`,
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
      nextStep: `add an entry for it to Secret ${printable(name)} in namespace ${printable(workload.namespace)}: ${registry === 'docker.io' ? dockerHubKey : printable(registry)}`,
    };
  }
  return {
    said: `${secretText(nearMiss.secret)} has the key ${printable(nearMiss.key)}, which does not match: ${nearMiss.differences.map(differenceText).join(', ')}`,
    nextStep: `write the key as ${printable(nearMiss.matchingKey)}`,
  };
}

function differenceText(difference: KeyDifference): string {
  switch (difference.kind) {
    case 'blank':
      return 'a blank stands before or behind it';
    case 'scheme':
      return `${printable(difference.scheme)} is not taken off`;
    case 'case':
      return `upper and lower case count in the ${difference.where}`;
    case 'trailing-dot':
      return 'a dot stands behind the host';
    case 'port':
      return portText(difference);
    case 'glob':
      return `a glob does not count in the ${difference.where} like this`;
    case 'docker-hub-host':
      return 'the kubelet does not look for Docker Hub under this host';
    case 'docker-hub-path':
      return 'the entry of Docker Hub has no path but /v1/';
    case 'version-without-slash':
      return `${printable(difference.path)} counts as a path without a slash behind it`;
    case 'trailing-slash':
      return 'a slash stands behind it';
    case 'tag-or-digest':
      return 'tags and digests do not belong to a key';
    case 'narrower-path':
      return `it is for ${printable(difference.inKey)} alone`;
  }
}

function portText({ inKey, inImage }: Extract<KeyDifference, { kind: 'port' }>): string {
  const key = inKey === undefined ? 'it names no port' : `it is for port ${printable(inKey)}`;
  return `${key}, and the image ${inImage === undefined ? 'names none' : `is at port ${printable(inImage)}`}`;
}

function originsText(origins: readonly CredentialOrigin[]): string {
  return listed(origins.map(originText));
}

function originText(origin: CredentialOrigin): string {
  switch (origin.source) {
    case 'secret':
      return `${secretText(origin)}, key ${printable(origin.key)}`;
    case 'node-config':
      return `the nodes' ${printable(origin.path)}, key ${printable(origin.key)}`;
    case 'plugin':
      return `provider plugin ${printable(origin.name)}`;
  }
}

function secretText({ namespace, name }: SecretName): string {
  return namespace === undefined ? `Secret ${printable(name)}` : `Secret ${printable(namespace)}/${printable(name)}`;
}
