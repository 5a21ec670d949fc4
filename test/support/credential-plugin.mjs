#!/usr/bin/env node
/**
 * A credential provider plugin as kubelets run them. Its first argument says how it behaves, the second one names a file in
 * which it notes, a line a run, what it was given.
 */
import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';

const [behaviour, notes, ...rest] = process.argv.slice(2);
const request = JSON.parse(await text(process.stdin));
appendFileSync(notes, `${JSON.stringify({ request, env: process.env, pid: process.pid })}\n`);

/** `registry=user:password` */
function authOf(logins) {
  const entries = logins.map((login) => {
    const [, registry, username, password] = /^(.*)=(.*?):(.*)$/.exec(login);
    return [registry, { username, password }];
  });
  return Object.fromEntries(entries);
}

const answer = (part) =>
  process.stdout.write(
    JSON.stringify({
      kind: 'CredentialProviderResponse',
      apiVersion: request.apiVersion,
      cacheKeyType: 'Image',
      ...part,
    }),
  );

switch (behaviour) {
  case 'answer':
    answer({ auth: authOf(rest) });
    break;
  case 'raw':
    process.stdout.write(rest[0]);
    break;
  case 'cache':
    answer({ ...JSON.parse(rest[0]), auth: authOf(rest.slice(1)) });
    break;
  case 'crash':
    process.stderr.write('hunter2');
    process.exit(3);
    break;
  case 'endless':
    for (;;) if (!process.stdout.write('x'.repeat(65_536))) await new Promise((go) => process.stdout.once('drain', go));
  case 'slow':
    // A child that holds the output open, as programs that scripts start do.
    appendFileSync(`${notes}.child`, String(spawn('sleep', ['60'], { stdio: ['ignore', 'inherit', 'ignore'] }).pid));
    setTimeout(() => {}, 60_000);
}
