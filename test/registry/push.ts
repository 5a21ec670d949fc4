/** Hand-made images on their way into a real registry: as an OCI layout, by skopeo. */
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Image } from '../../tools/embedded-registry/image.ts';
import { type Distribution, login } from './distribution.ts';

const run = promisify(execFile);

export type Destination = { readonly registry: Distribution; readonly repository: string; readonly tag: string };

export async function push(image: Image, { registry, repository, tag }: Destination, directory: string): Promise<void> {
  const layout = join(directory, `layout-${repository.replaceAll('/', '-')}-${tag}`);
  await writeLayout(image, layout);
  const args = ['--insecure-policy', 'copy', '--all', '--preserve-digests', '--dest-tls-verify=false'];
  const credentials = ['--dest-creds', `${login.username}:${login.password}`];
  await run('skopeo', [
    ...args,
    ...credentials,
    `oci:${layout}:${tag}`,
    `docker://${registry.host}/${repository}:${tag}`,
  ]);
}

async function writeLayout(image: Image, layout: string): Promise<void> {
  const blobs = join(layout, 'blobs/sha256');
  await mkdir(blobs, { recursive: true });
  await writeFile(join(layout, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  const tag = layout.slice(layout.lastIndexOf('-') + 1);
  const annotations = { 'org.opencontainers.image.ref.name': tag };
  const { mediaType, digest, size } = image;
  const manifests = [{ mediaType, digest, size, annotations }];
  await writeFile(join(layout, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }));
  await writeBlobs(image, blobs);
}

async function writeBlobs(image: Image, directory: string): Promise<void> {
  for (const { digest, bytes } of [image, ...image.blobs])
    await writeFile(join(directory, digest.slice('sha256:'.length)), bytes);
  for (const child of image.children) await writeBlobs(child, directory);
}

/** What skopeo would correct on its way is sent as it is; the registry needs no login. */
export async function put(image: Image, { registry, repository, tag }: Destination): Promise<void> {
  const answer = await fetch(`${registry.url}/v2/${repository}/manifests/${tag}`, {
    method: 'PUT',
    headers: { 'content-type': image.mediaType },
    body: new Uint8Array(image.bytes),
  });
  if (answer.status !== 201) throw new Error(`PUT ${repository}:${tag}: ${answer.status} ${await answer.text()}`);
}
