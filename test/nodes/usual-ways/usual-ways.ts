/**
 * The usual ways to check an image before it is deployed, asked about the same scenes: crane, as a step of a pipeline calls it,
 * and the npm package docker-registry-client. Each gets the first pull Secret of the Pod as its login.
 */
import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withResolver } from '../real-parts/containerd.ts';
import type { Parts } from '../real-parts/parts.ts';
import type { Login, Scene, SceneHost } from '../scene.ts';
import { objectsOf } from '../scene-objects.ts';
import type { Surroundings } from '../stage.ts';

export const wayNames = ['crane', 'docker-registry-client'] as const;
export type WayName = (typeof wayNames)[number];

export type Said =
  | { readonly kind: 'pulls' }
  | { readonly kind: 'fails'; readonly text: string }
  /** It died of an exception, or gave no answer in time. */
  | { readonly kind: 'crashes'; readonly text: string };

export type SaidByWays = Readonly<Record<WayName, Said>>;

const clientVersion = '3.4.0';
const patienceMs = 20_000;
const folderVariable = 'PULLGATE_REGISTRY_CLIENT';

/**
 * Installs docker-registry-client into a temporary folder. Call it before the sandbox, which has no network: the program that
 * starts again in there finds the same folder, and the first one removes it.
 */
export function installRegistryClient(): string {
  const installed = process.env[folderVariable];
  if (installed !== undefined) return installed;
  const folder = mkdtempSync(join(tmpdir(), 'registry-client-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'package.json'), '{}');
  const args = ['install', '--ignore-scripts', '--silent', `docker-registry-client@${clientVersion}`];
  execFileSync('npm', args, { cwd: folder });
  process.env[folderVariable] = folder;
  return folder;
}

/** Docker Hub has two names, and these programs ask the other one. */
export function withBothHubs<Named extends Scene>(scene: Named): Named {
  const hub = scene.hosts?.['registry-1.docker.io'];
  return hub === undefined ? scene : { ...scene, hosts: { ...scene.hosts, 'index.docker.io': hub } };
}

export type Asking = { readonly parts: Parts; readonly clientFolder: string };

/** Each of them asks registries that were not asked before: some answer the second time otherwise than the first. */
export function askWay(way: WayName, scene: Scene, surroundings: Surroundings, asking: Asking): Promise<Said> {
  const folder = mkdtempSync(join(tmpdir(), 'usual-way-'));
  const caFile = join(folder, 'ca.pem');
  writeFileSync(caFile, surroundings.ca);
  const resolvConf = join(folder, 'resolv.conf');
  writeFileSync(resolvConf, `nameserver ${surroundings.resolver}\n`);
  const command = way === 'crane' ? craneCommand(scene, asking) : clientCommand(scene, asking);
  mkdirSync(join(folder, '.docker'));
  writeFileSync(join(folder, '.docker/config.json'), dockerConfigOf(scene) ?? '{}');
  const env = { PATH: process.env.PATH, HOME: folder, SSL_CERT_FILE: caFile, NODE_EXTRA_CA_CERTS: caFile };
  const [program = '', ...args] = [...withResolver, resolvConf, realpathSync('/etc/resolv.conf'), ...command];
  return new Promise((resolve) => {
    const options = { env, cwd: folder, timeout: patienceMs, killSignal: 'SIGKILL' } as const;
    execFile(program, args, options, (error, output, errors) => {
      rmSync(folder, { recursive: true });
      resolve(error === null ? { kind: 'pulls' } : failureOf(error.killed === true, `${output}\n${errors}`));
    });
  });
}

function failureOf(isKilled: boolean, output: string): Said {
  if (isKilled) return { kind: 'crashes', text: `no answer in ${patienceMs / 1000} s` };
  const crash = /^(?:panic: .*|(?:Uncaught )?\w*Error: .*)$/m.exec(output);
  // Node prints its version below an exception that nothing caught.
  if (crash !== null && /^(?:Node\.js v|goroutine )/m.test(output)) return { kind: 'crashes', text: crash[0] };
  return { kind: 'fails', text: output.trim().split('\n').at(-1) ?? '' };
}

function craneCommand(scene: Scene, { parts }: Asking): readonly string[] {
  const insecure = schemeOf(scene) === 'http' ? ['--insecure'] : [];
  return [join(parts.bin, 'crane'), 'manifest', '--platform', 'linux/amd64', ...insecure, scene.image];
}

function clientCommand(scene: Scene, { clientFolder }: Asking): readonly string[] {
  const question = { image: scene.image, scheme: schemeOf(scene), login: loginOf(scene) };
  const program = join(import.meta.dirname, 'ask-registry-client.mjs');
  return [process.execPath, program, clientFolder, JSON.stringify(question)];
}

function hostOf({ hosts = {}, image }: Scene): SceneHost | undefined {
  return hosts[image.split('/')[0] ?? ''];
}

function schemeOf(scene: Scene): 'https' | 'http' {
  const host = hostOf(scene);
  return host?.kind === 'registry' ? (host.scheme ?? 'https') : 'https';
}

/** What the first pull Secret of the Pod holds, or of its account. */
function dockerConfigOf(scene: Scene): string | undefined {
  const { secrets, account, pod } = objectsOf(scene, '');
  const [first] = [...pod.spec.imagePullSecrets, ...account.imagePullSecrets];
  return secrets.find(({ metadata }) => metadata.name === first?.name)?.stringData['.dockerconfigjson'];
}

function loginOf(scene: Scene): Login | undefined {
  const config = dockerConfigOf(scene);
  if (config === undefined) return undefined;
  try {
    const { auths } = JSON.parse(config) as { readonly auths: Readonly<Record<string, LoginInConfig>> };
    const [login] = Object.values(auths);
    if (login === undefined) return undefined;
    const [username = '', password = ''] = Buffer.from(login.auth ?? '', 'base64')
      .toString()
      .split(':');
    return { username: login.username ?? username, password: login.password ?? password };
  } catch {
    // What is not a configuration holds no login for a person either.
    return undefined;
  }
}

type LoginInConfig = Partial<Login> & { readonly auth?: string };
