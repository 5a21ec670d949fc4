import { createHash } from 'node:crypto';
import { type Content, contentOfBytes, type Wanted, wantedKey } from '../../../src/core/content/content.ts';
import type { Descriptor } from '../../../src/core/content/descriptor.ts';
import type { PullOutcome } from '../../../src/core/content/outcome.ts';
import { pullContent } from '../../../src/core/content/pull-content.ts';
import type { Puller } from '../../../src/core/content/puller.ts';
import { mediaKindOf, ociConfig, ociIndex, ociManifest } from '../../../src/core/image/media-type.ts';
import type { Platform } from '../../../src/core/image/platform.ts';

/** A descriptor as JSON, with whatever members a test adds. */
export type DescriptorJson = { mediaType: string; digest: string; size: number; [member: string]: unknown };

export const ociLayer = 'application/vnd.oci.image.layer.v1.tar+gzip';
export const amd64: Platform = { os: 'linux', architecture: 'amd64' };
export const pullers = {
  '1.7': { generation: '1.7', path: 'local' },
  '2.4 transfer': { generation: '2.4', path: 'transfer' },
  '2.4 local': { generation: '2.4', path: 'local' },
} as const satisfies Record<string, Puller>;

/** What a registry holds of one repository, and the documents that tests put there. */
export class Repository {
  readonly #bytes = new Map<string, Uint8Array>();
  readonly asked: string[] = [];
  #count = 0;

  add(mediaType: string, body: unknown, more: object = {}): DescriptorJson {
    const bytes = new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body));
    const digest = digestOf(bytes);
    const isDocument = ['manifest', 'index', 'schema-1'].includes(mediaKindOf(mediaType));
    this.#bytes.set(`${isDocument ? 'manifests' : 'blobs'} ${digest}`, bytes);
    return { mediaType, digest, size: bytes.length, ...more };
  }

  /** A number that no other document has. */
  unique(): number {
    this.#count += 1;
    return this.#count;
  }

  layer(mediaType = ociLayer): DescriptorJson {
    return this.add(mediaType, `layer ${this.unique()}`);
  }

  config(platform: object, layers: number, mediaType = ociConfig): DescriptorJson {
    const diff_ids = Array.from({ length: layers }, () => `sha256:${'0'.repeat(64)}`);
    return this.add(mediaType, { ...platform, unique: this.unique(), rootfs: { type: 'layers', diff_ids } });
  }

  manifest(config: object, layers: readonly object[], more: object = {}): DescriptorJson {
    return this.add(ociManifest, { schemaVersion: 2, config, layers }, more);
  }

  image(platform: object, more: object = {}): DescriptorJson {
    return this.manifest(this.config(platform, 1), [this.layer()], more);
  }

  index(entries: readonly object[], more: object = {}): DescriptorJson {
    return this.add(ociIndex, { schemaVersion: 2, manifests: entries }, more);
  }

  remove({ digest }: { readonly digest: string }): void {
    this.#bytes.delete(`manifests ${digest}`);
    this.#bytes.delete(`blobs ${digest}`);
  }

  /** The descriptor with its content inside, and the content nowhere else. */
  inlined(descriptor: DescriptorJson): DescriptorJson {
    const bytes = this.#bytes.get(`manifests ${descriptor.digest}`) ?? this.#bytes.get(`blobs ${descriptor.digest}`);
    this.remove(descriptor);
    return { ...descriptor, data: Buffer.from(bytes ?? []).toString('base64') };
  }

  read(wanted: Wanted): Content {
    const { digest, data } = wanted.descriptor;
    if (wanted.from === 'inline')
      return data !== undefined && digestOf(data) === digest ? contentOfBytes(wanted, data) : { kind: 'corrupt' };
    this.asked.push(`${wanted.from} ${wanted.as} ${digest}`);
    const bytes = this.#bytes.get(`${wanted.from} ${digest}`);
    return bytes === undefined ? { kind: 'absent' } : contentOfBytes(wanted, bytes);
  }

  /** Asks for what is needed until nothing more is, as the registry client does. */
  pull(root: DescriptorJson, puller: Puller, node: Platform = amd64, isFull = true): PullOutcome {
    const known = new Map<string, Content>();
    for (;;) {
      const outcome = pullContent(asRoot(root), (wanted) => known.get(wantedKey(wanted)), node, puller);
      const missing = wantsOf(outcome, isFull).filter((wanted) => !known.has(wantedKey(wanted)));
      if (missing.length === 0) return outcome;
      for (const wanted of missing) known.set(wantedKey(wanted), this.read(wanted));
    }
  }
}

function wantsOf(outcome: PullOutcome, isFull: boolean): readonly Wanted[] {
  if (outcome.kind === 'needs') return outcome.wanted;
  return outcome.kind === 'pulled' && isFull ? outcome.layers : [];
}

export function asRoot({ mediaType, digest, size }: DescriptorJson): Descriptor {
  return { mediaType, digest, size, hasUrls: false };
}

export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
