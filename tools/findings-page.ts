/** Prints docs/findings.md, which is the catalogue for people; a test holds the page to it. */
import { type CatalogueEntry, catalogue, findingCodes } from '../src/core/finding/catalogue.ts';
import type { FindingCode } from '../src/core/finding/finding.ts';

const certaintyWords = {
  certain: 'certain: it may deny',
  likely: 'likely: it warns',
  unconfirmed: 'unconfirmed: it says that we could not find out',
  advice: 'advice: the image would pull',
} as const;

/** What to do, in general; a finding itself names the exact command or field. */
const nextSteps: Readonly<Record<FindingCode, string>> = {
  'invalid-image-name':
    'Correct the name. The finding says which usual slip it looks like, and what was probably meant.',
  'manifest-not-found':
    'Write one of the tags that the finding names, or push the image before the workload is applied.',
  'access-denied':
    'Create a pull Secret with the command that the finding prints, and name it under `imagePullSecrets` of the pod spec or of its ServiceAccount. If the name is mistyped, correct it: registries do not tell strangers what exists.',
  'credentials-rejected': 'Write the Secret anew with a login that works; the finding prints the command.',
  'pull-secret-undecodable':
    'Write the Secret anew (`kubectl create secret docker-registry`), or take it out of `imagePullSecrets`. One bad entry is enough to fail every pull of the Pod.',
  'pull-secret-not-found': 'Create the Secret, or take its name out of `imagePullSecrets`.',
  'pull-secret-ignored': 'Create it with the type `kubernetes.io/dockerconfigjson` and the key `.dockerconfigjson`.',
  'pull-secret-no-match': 'Write the key as the finding shows it. Docker Hub is `https://index.docker.io/v1/`.',
  'no-matching-platform': 'Build the image for the platforms of the nodes, or choose one that has them.',
  'some-nodes-lack-platform':
    'Add the `nodeSelector` that the finding names, or build the image for the other nodes, too.',
  'wrong-architecture': 'Build the image for the platform of the nodes. The pull works, the process does not start.',
  'unsupported-manifest': 'Push the image again with a current tool.',
  'incomplete-image': 'Push the image again: the registry has lost a part of it.',
  'never-pulled': 'Bring the image to the nodes, or change `imagePullPolicy`.',
  'rate-limited': 'Pull with credentials, or through a mirror.',
  'rate-limit-low': 'Pull with credentials, or through a mirror.',
  'registry-unreachable':
    'See from where pullgate asks: name resolution, network, certificate authority. The finding says which of them it was. Nodes may reach what pullgate does not.',
  'registry-error':
    'See what serves this address. With the cause `vantage` the registry refuses the address from which pullgate asks.',
  'registry-not-examined': 'The finding says why nobody looked; often one line of configuration changes it.',
  'mutable-tag-always-local': 'Pin a version or a digest, or use `imagePullPolicy: Always`.',
  'needless-always': 'Use `imagePullPolicy: IfNotPresent`.',
  'unpinned-image': 'Append the digest, which the finding names where it is known.',
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
      `- What the kubelet would show: ${predictedReason === undefined ? 'nothing, the pull works' : `\`${predictedReason}\``}`,
      `- At best ${certaintyWords[best]}; default level \`${level}\``,
      '',
    ].join('\n');
  });
  return [
    '# Findings',
    '',
    'Every code that pullgate may report, with what it means and what to do. `findings:` in the configuration sets for each',
    'code what it may do at most: `off`, `report`, `warn` or `deny`.',
    '',
    ...sections,
  ].join('\n');
}

if (import.meta.main) process.stdout.write(findingsPage());
