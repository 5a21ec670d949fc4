/** containerd's garbage collection on demand: whoever deletes a lease can wait until it has run. */
import { openGrpc } from '../cri/grpc.ts';
import { encode } from '../cri/protobuf.ts';

const lease = 'garbage';
const deadlineMs = 10_000;

/** Afterwards nothing is left that no image refers to, as of a pull that came to nothing. */
export function openGarbage(socket: string): () => Promise<void> {
  const { call } = openGrpc(socket, { 'containerd-namespace': 'k8s.io' });
  const ask = async (method: string, message: Buffer) => {
    const called = await call(`/containerd.services.leases.v1.Leases/${method}`, message, deadlineMs);
    if (!called.ok) throw new Error(`containerd cannot ${method.toLowerCase()} a lease: ${called.message}`);
  };
  return async () => {
    await ask('Create', encode([[1, lease]]));
    await ask(
      'Delete',
      encode([
        [1, lease],
        [2, true],
      ]),
    );
  };
}
