/** S25: no error about a file that may hold secrets quotes its lines. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { aPod } from '../support/api-objects.ts';

const main = join(import.meta.dirname, '../../src/main.ts');
const marker = 'MarkerThatMustNotBePrinted';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pullgate-test-'));
  await writeFile(join(directory, 'pod.json'), JSON.stringify(aPod({ images: ['a.example.com/app:1'] })));
  return () => rm(directory, { recursive: true });
});

const brokenYaml = `apiVersion: v1\nkind: Config\nusers:\n- name: u\n  user:\n    token: ${marker}\n   extra: x\n`;
const brokenJson = `{"apiVersion":"v1","kind":"Config","users":[{"name":"u","user":{"token":"${marker}"}]}`;

async function errorsOf(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [main, ...args], {
    cwd: directory,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: directory, ...environment },
  });
  onTestFinished(() => void child.kill());
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  await once(child, 'close');
  return said;
}

const place = 'the kubeconfig is not valid YAML or JSON here';

test.each([
  { what: 'YAML', text: brokenYaml, reason: `kubeconfig:7:4: ${place}` },
  { what: 'JSON', text: brokenJson, reason: `kubeconfig:1:102: ${place}` },
  { what: 'a text', text: marker, reason: 'the kubeconfig names no cluster' },
  { what: 'a null', text: `null # ${marker}`, reason: 'kubeconfig is not a kubeconfig' },
  {
    what: 'a user without a name',
    text: JSON.stringify({ users: [{ user: { token: marker } }] }),
    reason: 'kubeconfig: users[0].name is missing',
  },
])('a kubeconfig that is $what', async ({ text, reason }) => {
  await writeFile(join(directory, 'kubeconfig'), text);
  const said = [
    await errorsOf(['check', '--cluster', '--kubeconfig', 'kubeconfig', 'pod.json']),
    await errorsOf(['check', '--cluster', 'pod.json'], { KUBECONFIG: 'kubeconfig' }),
    await errorsOf(['serve', '--kubeconfig', 'kubeconfig']),
  ];

  for (const errors of said) {
    expect(errors).toContain(reason);
    expect(errors).not.toContain(marker);
  }
});

const providers = { kind: 'CredentialProviderConfig', apiVersion: 'kubelet.config.k8s.io/v1' };

test.each([
  { what: 'a docker config', nodes: 'dockerConfig', text: `{"auths":{"a.example.com":{"auth":"${marker}"}` },
  { what: 'a docker config of a wrong type', nodes: 'dockerConfig', text: `{"auths":{"a.example.com":"${marker}"}}` },
  { what: 'a docker config that is YAML', nodes: 'dockerConfig', text: `auths:\n  a: ${marker}\n b: x\n` },
  {
    what: 'a provider config',
    nodes: 'providers',
    text: `${JSON.stringify(providers).slice(0, -1)},"env":["${marker}"`,
  },
  { what: 'a provider config in YAML', nodes: 'providers', text: `providers:\n- env: ${marker}\n   x: y\n` },
])('$what', async ({ nodes, text }) => {
  await writeFile(join(directory, 'secret-file'), text);
  const part =
    nodes === 'dockerConfig'
      ? { dockerConfig: join(directory, 'secret-file') }
      : { credentialProviderConfig: join(directory, 'secret-file'), credentialProviderBinDir: directory };
  const head = { apiVersion: 'pullgate.dev/v1alpha1', kind: 'Configuration' };
  await writeFile(join(directory, 'config.yaml'), JSON.stringify({ ...head, nodes: part }));
  const said = await errorsOf(['check', '--config', 'config.yaml', 'pod.json']);

  expect(said).toContain('secret-file');
  expect(said).not.toContain(marker);
});

test.each([
  { what: 'YAML', text: `kind: Secret\nstringData:\n  password: ${marker}\n bad: x\n` },
  { what: 'JSON', text: `{"kind":"Secret","stringData":{"password":"${marker}"]}` },
])('a manifest of a Secret in $what', async ({ text }) => {
  await writeFile(join(directory, 'secret.yaml'), text);
  const said = await errorsOf(['check', 'secret.yaml', 'pod.json']);

  expect(said).toContain('secret.yaml');
  expect(said).not.toContain(marker);
});
