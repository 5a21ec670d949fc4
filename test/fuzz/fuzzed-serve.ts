/** A webhook on loopback for fuzzed reviews. Whatever registry they name, a server on loopback answers for it, with a 404. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { aNode } from '../support/api-objects.ts';
import { type Reply, startServe } from '../support/serve.ts';

export type FuzzedServe = {
  /** @throws what is wrong with the answer */
  readonly answers: (body: string) => Promise<void>;
  readonly end: () => Promise<void>;
};

export async function startFuzzedServe(): Promise<FuzzedServe> {
  const registry = createServer((_request, response) => {
    response.writeHead(404, { 'content-type': 'application/json' });
    response.end('{"errors":[{"code":"MANIFEST_UNKNOWN"}]}');
  });
  registry.listen(0, '127.0.0.1');
  await once(registry, 'listening');
  const { port } = registry.address() as AddressInfo;
  const serve = await startServe({
    configuration: { mode: 'enforce', egress: { allow: ['127.0.0.1'] } },
    facts: [aNode()],
    registries: { _default: `http://127.0.0.1:${port}` },
  });
  return {
    answers: async (body) => answerHolds(await serve.call({ path: '/validate?timeout=1s', body })),
    end: async () => {
      await serve.end();
      registry.close();
      registry.closeAllConnections();
    },
  };
}

/** A review that can be answered is answered, anything else is refused; neither breaks a terminal or a header. */
function answerHolds({ status, body }: Reply): void {
  if (status !== 200 && (status < 400 || status > 499)) throw new Error(`status ${status}`);
  const said = JSON.parse(body) as {
    readonly response?: { readonly uid: string; readonly warnings?: readonly string[] };
  };
  if (status !== 200) return;
  const { uid, warnings = [] } = said.response ?? {};
  if (uid === undefined) throw new Error('a response without a uid');
  if (warnings.length > 8) throw new Error(`${warnings.length} warnings`);
  for (const warning of warnings) if (!/^[ -~]*$/.test(warning)) throw new Error(`warns ${JSON.stringify(warning)}`);
}
