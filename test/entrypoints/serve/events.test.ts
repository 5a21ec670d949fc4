import { expect, test } from 'vitest';
import { type EventAbout, eventRecorder } from '../../../src/entrypoints/serve/events.ts';
import { openLog } from '../../../src/telemetry/log.ts';
import { aStatus, openTestApi, startApiServer } from '../../support/api-server.ts';

const replicaSet = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-1', uid: 'u-1', namespace: 'shop' };
const about = (part: Partial<EventAbout> = {}): EventAbout => ({
  object: replicaSet,
  reason: 'ManifestNotFound',
  message: 'no such tag',
  ...part,
});

async function startRecorder(status = 201) {
  const { api, requests } = await startApiServer(({ reply }) =>
    reply(status, status === 201 ? {} : aStatus(status, 'No')),
  );
  const record = eventRecorder(api, openLog());
  return { record, requests };
}

test('an Event is made about the object, in its namespace', async () => {
  const { record, requests } = await startRecorder();
  await record(about({ message: 'no\u001b[31m tag' }));

  const { method, url, body } = requests[0] ?? { method: '', url: '', body: '' };
  expect(`${method} ${url}`).toBe('POST /api/v1/namespaces/shop/events');
  const event: unknown = JSON.parse(body);
  expect(event).toMatchObject({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { namespace: 'shop', name: expect.stringMatching(/^web-1\.[\da-f-]{18}$/) },
    involvedObject: replicaSet,
    type: 'Warning',
    reason: 'ManifestNotFound',
    message: 'no\\u{1b}[31m tag',
    source: { component: 'pullgate' },
    count: 1,
  });
});

test('the same is said once, something else is said', async () => {
  const { record, requests } = await startRecorder();
  await Promise.all([about(), about(), about({ message: 'another tag' }), about()].map(record));

  expect(requests).toHaveLength(2);
});

test('without the right nothing more is tried for a while', async () => {
  const { record, requests } = await startRecorder(403);
  const made = [await record(about()), await record(about({ message: 'another tag' }))];

  expect({ made, requests }).toMatchObject({ made: ['refused', 'refused'], requests: { length: 1 } });
});

test('an API server that is away harms nobody', async () => {
  await expect(eventRecorder(openTestApi('http://127.0.0.1:1'), openLog())(about())).resolves.toBe('recorded');
});
