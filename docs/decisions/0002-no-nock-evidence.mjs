// Repeats the evidence of 0002-no-nock.md: installs nock into a temporary folder, lets it answer for a registry, and asks that
// registry with undici alone, with a dialer like pullgate's, and with `pullgate check`.
// Run: node docs/decisions/0002-no-nock-evidence.mjs
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { Agent, request } from 'undici';
import { runCheck } from '../../src/entrypoints/check/run.ts';

const temporary = mkdtempSync(join(tmpdir(), 'evidence-'));
writeFileSync(join(temporary, 'package.json'), '{}');
execFileSync('npm', ['install', '--ignore-scripts', '--silent', 'nock@15.0.6'], { cwd: temporary });
const { default: nock } = await import(createRequire(join(temporary, 'package.json')).resolve('nock'));
nock.disableNetConnect();

const address = '127.0.0.1';
const port = 5999;
const refused = { body: '{"errors":[{"code":"MANIFEST_UNKNOWN"}]}', headers: { 'content-type': 'application/json' } };

function answerFor(origin) {
  const answered = { count: 0 };
  const say = (body) => () => {
    answered.count += 1;
    return body;
  };
  nock(origin)
    .persist()
    .intercept(/./, 'HEAD')
    .reply(404, say(''))
    .get(/./)
    .reply(404, say(refused.body), refused.headers);
  return answered;
}

async function ask(origin, dispatcher) {
  try {
    const { statusCode } = await request(`${origin}/v2/team/app/manifests/1`, { method: 'HEAD', dispatcher });
    return `${statusCode}`;
  } catch (error) {
    return `${error.name}: ${error.message}`;
  }
}

/** Connects first, and then starts TLS on that socket, as src/sources/registry/dial.ts does. */
function dialing(scheme, peers) {
  return new Agent({
    connect: (_options, done) => {
      const socket = connectTcp(port, address);
      socket.once('error', done);
      socket.once('connect', () => {
        peers.push(socket.remoteAddress ?? 'undefined');
        if (scheme === 'http') return done(null, socket);
        const tls = connectTls({ socket, servername: 'registry.test', rejectUnauthorized: true });
        tls.once('error', done);
        tls.once('secureConnect', () => done(null, tls));
      });
    },
  });
}

async function check(server) {
  mkdirSync(join(temporary, 'certs.d/registry.test'), { recursive: true });
  writeFileSync(join(temporary, 'certs.d/registry.test/hosts.toml'), `server = "${server}"\n`);
  const configuration = { nodes: { hostsDir: 'certs.d' }, egress: { allow: [address] } };
  const config = join(temporary, 'configuration.json');
  writeFileSync(
    config,
    JSON.stringify({ apiVersion: 'pullgate.dev/v1alpha1', kind: 'Configuration', ...configuration }),
  );
  const pod = { containers: [{ name: 'app', image: 'registry.test/team/app:1' }] };
  let output = '';
  await runCheck(['--config', config, '-o', 'json', '-'], {
    version: 'evidence',
    standardInput: Readable.from([
      Buffer.from(JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec: pod })),
    ]),
    standardOutput: { write: (text) => (output += text) },
    standardError: { write: () => {} },
    environment: process.env,
  });
  const [finding] = JSON.parse(output).results[0].images[0].findings;
  return `${finding.code} ${finding.certainty}`;
}

for (const scheme of ['http', 'https']) {
  const origin = `${scheme}://${address}:${port}`;
  const answered = answerFor(origin);
  const print = (name, text) => process.stdout.write(`${scheme}, ${name}: ${text}; nock answered ${answered.count}\n`);
  print('undici alone', await ask(origin));
  answered.count = 0;
  const peers = [];
  const said = await ask(origin, dialing(scheme, peers));
  print('a dialer like ours', `${said}; the address of the peer is ${peers.join(', ')}`);
  answered.count = 0;
  print('pullgate check', await check(origin));
  nock.cleanAll();
}
rmSync(temporary, { recursive: true });
process.exit(0);
