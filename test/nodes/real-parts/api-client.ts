import { Agent, request } from 'undici';

/** Paths are those of the Kubernetes API, `/api/v1/namespaces`. An answer that is not a success is thrown. */
export type ApiClient = {
  readonly get: (path: string) => Promise<unknown>;
  /** An object as it is and each time that it changes. `path` is that of the list it is in. */
  readonly watch: (path: string, name: string, withinMs: number) => AsyncIterable<unknown>;
  readonly create: (path: string, object: object) => Promise<unknown>;
  /** At once, without the grace that a Pod has otherwise. */
  readonly remove: (path: string) => Promise<unknown>;
  readonly close: () => Promise<void>;
};

export function openApi(url: string, ca: string, token: string): ApiClient {
  const dispatcher = new Agent({ connect: { ca } });
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const ask = async (method: 'GET' | 'POST' | 'DELETE', path: string, content?: object) => {
    const body = content === undefined ? null : JSON.stringify(content);
    const answer = await request(`${url}${path}`, { method, headers, body, dispatcher });
    const text = await answer.body.text();
    if (answer.statusCode >= 300) throw new Error(`${method} ${path}: ${answer.statusCode} ${text}`);
    return text.startsWith('{') ? (JSON.parse(text) as unknown) : text;
  };
  async function* watch(path: string, name: string, withinMs: number) {
    const query = `watch=true&fieldSelector=metadata.name=${name}&timeoutSeconds=${Math.ceil(withinMs / 1000)}`;
    const { statusCode, body } = await request(`${url}${path}?${query}`, { headers, dispatcher, bodyTimeout: 0 });
    if (statusCode !== 200) throw new Error(`watch ${path}: ${statusCode} ${await body.text()}`);
    let rest = '';
    body.setEncoding('utf8');
    for await (const chunk of body) {
      const lines = `${rest}${chunk}`.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) yield (JSON.parse(line) as { object: unknown }).object;
    }
  }
  return {
    watch,
    get: (path) => ask('GET', path),
    create: (path, object) => ask('POST', path, object),
    remove: (path) => ask('DELETE', path, { apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds: 0 }),
    close: () => dispatcher.close(),
  };
}
