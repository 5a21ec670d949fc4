// Repeats the evidence of 0001-registry-client.md: installs docker-registry-client into a temporary folder and lets it
// ask a local server that behaves badly in four ways. Run: node docs/decisions/0001-registry-client-evidence.mjs
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const answers = {
  '401 without a challenge': (response) => response.writeHead(401).end(),
  'wrong password': (response) =>
    response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end('{"errors":[{"code":"UNAUTHORIZED"}]}'),
  'index without mediaType': (response) =>
    response
      .writeHead(200, { 'content-type': 'application/vnd.oci.image.index.v1+json' })
      .end(JSON.stringify({ schemaVersion: 2, manifests: [] })),
  'no answer at all': () => {},
};

const [folder, scene] = process.argv.slice(2);
if (folder === undefined) runAll();
else ask(folder, answers[scene], scene === 'wrong password' ? { username: 'u', password: 'p' } : {});

function runAll() {
  const temporary = mkdtempSync(join(tmpdir(), 'evidence-'));
  writeFileSync(join(temporary, 'package.json'), '{}');
  execFileSync('npm', ['install', '--ignore-scripts', '--silent', 'docker-registry-client@3.4.0'], { cwd: temporary });
  for (const name of Object.keys(answers)) {
    const { stdout, stderr, status } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), temporary, name]);
    const crash = /^\w*Error: .*$/m.exec(stderr.toString())?.[0];
    process.stdout.write(`${name}: ${status === 0 ? stdout.toString().trim() : `the process dies: ${crash}`}\n`);
  }
  rmSync(temporary, { recursive: true });
}

function ask(temporary, answer, login) {
  const { createClientV2 } = createRequire(join(temporary, 'package.json'))('docker-registry-client');
  const server = createServer((request, response) =>
    request.url === '/v2/' && answer === answers['index without mediaType'] ? response.end('{}') : answer(response),
  ).listen(0, '127.0.0.1', () => {
    const client = createClientV2({
      name: `127.0.0.1:${server.address().port}/team/app`,
      scheme: 'http',
      insecure: true,
      maxSchemaVersion: 2,
      acceptOCIManifests: true,
      acceptManifestLists: true,
      ...login,
    });
    const patience = setTimeout(() => end('nothing after 10 s, and no way to set a deadline'), 10_000);
    client.getManifest({ ref: '1' }, (error) => {
      clearTimeout(patience);
      end(error ? `${error.statusCode ?? ''} ${error.name}: ${error.message}` : 'read');
    });
  });
}

function end(text) {
  process.stdout.write(`${text}\n`, () => process.exit(0));
}
