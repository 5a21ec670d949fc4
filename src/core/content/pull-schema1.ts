import { dockerManifest, ociManifest } from '../image/media-type.ts';
import type { Descriptor } from './descriptor.ts';
import { fails, type PullOutcome } from './outcome.ts';
import type { PullContext } from './pull-context.ts';
import type { Puller } from './puller.ts';
import { faultOfDescriptor, readDocument } from './read-document.ts';

/** Schema 1 is converted up to 1.7. 2.0 does so only with an environment variable, later versions never. */
export function pullSchema1(root: Descriptor, pull: PullContext): PullOutcome {
  const refusal = refusalOf(root.mediaType, pull.puller);
  if (refusal !== undefined) return fails({ kind: 'schema-1' }, root, refusal);
  const fault = faultOfDescriptor(root);
  if (fault !== undefined) return fault;
  const read = readDocument(root, 'schema-1', 'root', pull);
  if (read.kind !== 'document') return read;
  const chosen = { position: [], descriptor: root };
  return { kind: 'pulled', chosen, downloaded: [], layers: [], notes: [{ kind: 'converted-schema-1' }] };
}

function refusalOf(mediaType: string, { generation, path }: Puller): string | undefined {
  if (generation === '1.7') return undefined;
  if (generation === '2.0')
    return (
      'Pulling Schema 1 images have been deprecated and disabled by default since containerd v2.0. As a workaround you may set ' +
      'an environment variable `CONTAINERD_ENABLE_DEPRECATED_PULL_SCHEMA_1_IMAGE=1`, but this will be completely removed in containerd v2.1.'
    );
  if (path === 'transfer') return 'schema 1 image manifests are no longer supported: invalid argument';
  return `not implemented: media type "${mediaType}" is no longer supported since containerd v2.1, please rebuild the image as "${dockerManifest}" or "${ociManifest}"`;
}
