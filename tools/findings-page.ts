/** Prints docs/findings.md, the catalogue for people. A test checks that the page is current. */
import { type CatalogueEntry, catalogue, findingCodes } from '../src/core/finding/catalogue.ts';
import type { FindingCode } from '../src/core/finding/finding.ts';

const certaintyWords = {
  certain: 'certain: it can deny',
  likely: 'likely: it warns',
  unconfirmed: 'unconfirmed: pullgate could not find out',
  advice: 'advice: the pull would succeed',
} as const;

/** What to do in general; a finding names the exact command or field. */
const nextSteps: Readonly<Record<FindingCode, string>> = {
  'invalid-image-name': 'Correct the name. The finding names the likely mistake and a correction where there is one.',
  'manifest-not-found': 'Use one of the tags that the finding names, or push the image first.',
  'access-denied':
    'Correct the name if it is mistyped, because registries do not tell anonymous clients which images exist. For a private image, run the command in the finding, and add the Secret to `imagePullSecrets` of the pod spec or its ServiceAccount.',
  'credentials-rejected': 'Replace the Secret with a login that works. The finding has the command.',
  'pull-secret-undecodable':
    'Recreate the Secret (`kubectl create secret docker-registry`), or remove it from `imagePullSecrets`. One invalid entry fails every pull of the Pod.',
  'pull-secret-not-found': 'Create the Secret, or remove its name from `imagePullSecrets`.',
  'pull-secret-ignored':
    'Recreate the Secret with the type `kubernetes.io/dockerconfigjson` and the key `.dockerconfigjson`.',
  'pull-secret-no-match':
    'Change the key as the finding shows. The key of Docker Hub is `https://index.docker.io/v1/`.',
  'no-matching-platform': 'Build the image for the platforms of the nodes, or use an image that supports them.',
  'some-nodes-lack-platform':
    'Add the `nodeSelector` that the finding names, or build the image also for the other nodes.',
  'wrong-architecture':
    'Build the image for the platform of the nodes. The pull succeeds, but the process does not start.',
  'unsupported-manifest': 'Build the image with a current tool, and push it again.',
  'incomplete-image': 'Push the image again.',
  'never-pulled': 'Load the image onto the nodes, or change `imagePullPolicy`.',
  'rate-limited': 'Pull with credentials or through a mirror.',
  'rate-limit-low': 'Pull with credentials or through a mirror.',
  'registry-unreachable':
    'Check name resolution, network and certificate authority where pullgate runs. The finding says which of them failed. Nodes may reach a registry that pullgate cannot reach.',
  'registry-error':
    'Check which server answers at the address. With the cause `vantage` the registry appears to block the address of pullgate.',
  'registry-not-examined': 'The finding says why. Often one line of configuration changes it.',
  'mutable-tag-always-local': 'Pin a version or a digest, or use `imagePullPolicy: Always`.',
  'needless-always': 'Use `imagePullPolicy: IfNotPresent`.',
  'unpinned-image': 'Append the digest. The finding names it where it is known.',
};

export function findingsPage(): string {
  const sections = findingCodes.map((code) => {
    const { reason, title, explanation, predictedReason, best, level }: CatalogueEntry = catalogue[code];
    return [
      `## ${code}`,
      '',
      `**${title}.** ${explanation}`,
      '',
      nextSteps[code],
      '',
      `- Reason in Events, reports and \`details.causes\`: \`${reason}\``,
      `- Reason that the kubelet would show: ${predictedReason === undefined ? 'none, the pull succeeds' : `\`${predictedReason}\``}`,
      `- At best ${certaintyWords[best]}; default level \`${level}\``,
      '',
    ].join('\n');
  });
  return [
    '# Findings',
    '',
    'All codes that pullgate reports, with their meaning and what to do. `findings:` in the configuration limits what a code',
    'can do: `off`, `report`, `warn` or `deny`.',
    '',
    ...sections,
  ].join('\n');
}

if (import.meta.main) process.stdout.write(findingsPage());
