import { expect, test } from 'vitest';
import { UsageError } from '../../../src/cli/command.ts';
import { parseFlags } from '../../../src/cli/parse-flags.ts';
import { serveCommand } from '../../../src/entrypoints/serve/command.ts';
import { serveOptionsOf } from '../../../src/entrypoints/serve/options.ts';

const read = (...args: readonly string[]) => serveOptionsOf(parseFlags(serveCommand, args));

const defaults = {
  listen: { host: '::', port: 8443 },
  opsListen: { host: '::', port: 8080 },
  tls: { kind: 'self-signed' },
  facts: { kind: 'files', paths: ['world'] },
};

test.each([
  { args: ['--facts', 'world'], options: defaults },
  {
    args: ['--facts', 'a', '--facts=b', 'c', 'd'],
    options: { ...defaults, facts: { kind: 'files', paths: ['a', 'b', 'c', 'd'] } },
  },
  {
    args: ['--facts', 'a', '--', '--listen'],
    options: { ...defaults, facts: { kind: 'files', paths: ['a', '--listen'] } },
  },
  { args: ['--facts', 'world', '--config', 'c.yaml'], options: { ...defaults, configPath: 'c.yaml' } },
  {
    args: ['--facts', 'world', '--listen', '127.0.0.1:0', '--ops-listen=[::1]:9000'],
    options: { ...defaults, listen: { host: '127.0.0.1', port: 0 }, opsListen: { host: '::1', port: 9000 } },
  },
  {
    args: ['--facts', 'world', '--ca-out', 'ca.crt'],
    options: { ...defaults, tls: { kind: 'self-signed', caPath: 'ca.crt' } },
  },
  {
    args: ['--facts', 'world', '--tls-cert', 'tls.crt', '--tls-key', 'tls.key'],
    options: { ...defaults, tls: { kind: 'files', certPath: 'tls.crt', keyPath: 'tls.key' } },
  },
])('$args are understood', ({ args, options }) => {
  expect(read(...args)).toEqual(options);
});

test.each([
  {
    args: ['--facts', 'world', '--context', 'a'],
    problem: '--facts and --kubeconfig or --context are both given; use only one of them',
  },
  { args: ['world'], problem: '"world" is not a flag; give files of facts with --facts' },
  { args: ['--facts', 'world', '--tls-cert', 'a'], problem: '--tls-cert needs --tls-key' },
  { args: ['--facts', 'world', '--tls-key', 'a'], problem: '--tls-key needs --tls-cert' },
  {
    args: ['--facts', 'world', '--tls-cert', 'a', '--tls-key', 'b', '--ca-out', 'c'],
    problem: '--ca-out is for the generated CA; remove it when --tls-cert is given',
  },
  { args: ['--facts'], problem: '--facts needs a value: --facts PATH' },
  { args: ['--facts', 'world', '--listen', ':1', '--listen', ':2'], problem: '--listen is given twice; give it once' },
  { args: ['--facts', 'world', '--lisen', ':1'], problem: 'unknown flag --lisen; did you mean --listen?' },
  { args: ['--facts', 'world', '--help=yes'], problem: '--help takes no value' },
])('$args are refused: $problem', ({ args, problem }) => {
  const refused = () => read(...args);
  expect(refused).toThrow(UsageError);
  const message = `pullgate serve: ${problem}\nRun "pullgate serve --help" for its flags.`;
  expect(refused).toThrow(new UsageError(message, problem));
});
