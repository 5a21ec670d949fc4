/** What is fuzzed: for each reader its inputs, and what holds whatever comes in. A reader never throws, and what is printed is clean. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as fc from 'fast-check';
import { type DocumentRole, parseDocument } from '../../src/core/content/document.ts';
import { decodeDockerConfig } from '../../src/core/credential/docker-config.ts';
import { SecretBytes } from '../../src/core/credential/secret-bytes.ts';
import { readableOf } from '../../src/core/credential/secret-limits.ts';
import { parseGoJson } from '../../src/core/go/json.ts';
import { decodeGoUtf8 } from '../../src/core/go/utf8.ts';
import { parseReference } from '../../src/core/image/reference.ts';
import { slipOf } from '../../src/core/image/slip.ts';
import { parseChallenges } from '../../src/core/registry/challenge.ts';
import { errorCodesOf } from '../../src/core/registry/error-document.ts';
import { parseHostsFile } from '../../src/core/registry/hosts-file.ts';
import { readTokenReply } from '../../src/core/registry/token-reply.ts';
import { builtInWorkloadKinds } from '../../src/core/workload/workload-kind.ts';
import { parseReview } from '../../src/entrypoints/serve/admission-review.ts';
import { examinableIn } from '../../src/entrypoints/serve/exemption.ts';
import { parseReviewBody } from '../../src/entrypoints/serve/review-body.ts';
import { printable } from '../../src/report/printable.ts';
import { readKubeconfig } from '../../src/sources/cluster/kubeconfig.ts';
import { parseResponse } from '../../src/sources/credential-plugins/provider-response.ts';
import { readObjects } from '../../src/sources/files/read-objects.ts';
import { anyText } from '../core/image/reference-texts.ts';
import { aPullSecret } from '../support/pull-secrets.ts';
import { mutated, repeated } from './mutated.ts';
import { rightTexts } from './right-texts.ts';

export type Family = {
  readonly name: string;
  readonly texts: fc.Arbitrary<string>;
  /** A megabyte each; of them there are few. */
  readonly large: fc.Arbitrary<string>;
  /** Files of whoever runs the program: nobody else waits while they are read. */
  readonly isOwn?: true;
  /** @throws what is wrong */
  readonly holds: (text: string) => void | Promise<void>;
};

const {
  review,
  config,
  challenge,
  manifest,
  index,
  imageConfig,
  schema1,
  hosts,
  yaml,
  kubeconfig,
  plugin,
  token,
  errors,
} = rightTexts;

export const families: readonly Family[] = [
  {
    name: 'references',
    texts: anyText,
    large: repeated(['', ''], ['a.b/', '!'], ['a@sha256:', ''], ['[', ']/a']),
    holds: (text) => {
      const parsed = parseReference(text);
      slipOf(parsed);
      isClean(printable(text));
      if (parsed.ok) isClean(parsed.reference.pulled);
      else isClean(printable(parsed.error));
    },
  },
  {
    name: 'challenges',
    texts: mutated(...challenge),
    large: repeated(['', ''], ['Bearer realm="', '"'], ['Bearer ', '']),
    holds: (text) => void parseChallenges([text, text]),
  },
  {
    name: 'docker configs',
    texts: mutated(...config),
    large: repeated(['{"auths":{', '}}'], ['{"auths":{"a":{"auth":"', '"}}}'], ['[', ']'], ['', '']),
    holds: (text) => {
      const content = new SecretBytes(Buffer.from(text));
      const secret = aPullSecret({ data: new Map([['.dockerconfigjson', content]]) });
      if (!readableOf([secret]).has(secret)) return;
      for (const shape of ['auths', 'dockercfg'] as const) {
        const decoded = decodeDockerConfig(content, shape);
        if (decoded.kind === 'undecodable') isClean(printable(decoded.error));
      }
      if (text.length < 10_000) isReadAsJsonIs(text);
    },
  },
  {
    name: 'reviews',
    texts: mutated(...review),
    large: repeated([`${review[0]?.slice(0, -2)},"x":[`, ']}}'], ['[', ']'], ['{"request":{"uid":"', '"}}']),
    holds: (text) => {
      const request = requestIn(text);
      if (request === undefined) return;
      const examinable = examinableIn(request, builtInWorkloadKinds);
      if (examinable.kind === 'malformed') isClean(printable(examinable.problem));
    },
  },
  ...(['manifest', 'index', 'config', 'schema-1'] as const).map((role): Family => documents(role)),
  {
    name: 'hosts.toml',
    texts: mutated(...hosts),
    // Of a longer file nothing is read.
    large: repeated(['', '']).map((text) => text.slice(0, 64 * 1024)),
    holds: (text) => {
      for (const generation of ['1.7', '2.0', '2.3'] as const)
        parseHostsFile(text, '/certs.d/a.test', { path: 'local', generation });
    },
  },
  {
    name: 'YAML',
    isOwn: true,
    texts: mutated(...yaml),
    large: repeated(['', ''], ['a: "', '"'], ['[', ']']).map((text) => text.slice(0, 100_000)),
    holds: async (text) => {
      const standardInput = (async function* () {
        yield Buffer.from(text);
      })();
      for await (const item of readObjects(['-'], { standardInput }))
        if (item.kind === 'problem') isClean(printable(item.reason));
    },
  },
  {
    name: 'kubeconfigs',
    isOwn: true,
    texts: mutated(...kubeconfig),
    large: repeated(['', '']).map((text) => text.slice(0, 20_000)),
    holds: kubeconfigHolds,
  },
  {
    name: 'answers of plugins and token servers',
    texts: mutated(...plugin, ...token, ...errors),
    large: repeated(['{"auth":{', '}}'], ['[', ']'], ['{"errors":[', ']}']),
    holds: (text) => {
      const bytes = Buffer.from(text);
      parseResponse(bytes, 'credentialprovider.kubelet.k8s.io/v1');
      // The limits of what is received.
      const read = readTokenReply(bytes.subarray(0, 64 * 1024), 'distribution');
      if (!read.ok) isClean(printable(read.error));
      errorCodesOf(bytes.subarray(0, 8 * 1024));
    },
  },
];

function documents(role: DocumentRole): Family {
  const right = { manifest, index, config: imageConfig, 'schema-1': schema1 }[role];
  return {
    name: `documents read as ${role}`,
    texts: mutated(...right),
    large: repeated(['{"layers":[', ']}'], ['{"manifests":[', ']}'], ['{"annotations":{', '}}'], ['', '']),
    holds: (text) => {
      const document = parseDocument(role, Buffer.from(text), 'x', `sha256:${'0'.repeat(64)}`);
      if (document.kind === 'malformed') isClean(printable(document.error));
    },
  };
}

function requestIn(text: string) {
  try {
    const { body, isTooLarge } = parseReviewBody(Buffer.from(text));
    const parsed = parseReview(body, isTooLarge);
    if (!parsed.ok) isClean(parsed.reason);
    return parsed.ok ? parsed.request : undefined;
  } catch (error) {
    // Answered with a 400.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Go and `JSON.parse` take the same texts, as far as both nest. */
function isReadAsJsonIs(text: string): void {
  const read = decodeGoUtf8(Buffer.from(text));
  if (parseGoJson(read).ok !== isJson(read)) throw new Error('Go JSON and JSON do not agree');
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const folder = mkdtempSync(join(tmpdir(), 'pullgate-fuzz-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

/** What goes wrong is told without a word of the file. */
function kubeconfigHolds(text: string): void {
  const path = join(folder, 'config');
  writeFileSync(path, text);
  try {
    readKubeconfig(path);
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith(path)) throw error;
    if (/hunter2/.test(`${error.message}${error.stack}${String(error.cause)}`))
      throw new Error('it prints the token', { cause: error });
    isClean(error.message);
  }
}

function isClean(text: string): void {
  if (!/^[ -~]*$/.test(text)) throw new Error(`prints ${JSON.stringify(text)}`);
}
