import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { pullContent } from '../../../src/core/content/pull-content.ts';
import { pullersOf } from '../../../src/core/content/puller.ts';
import { dockerManifest, ociConfig } from '../../../src/core/image/media-type.ts';
import { effort } from '../../support/effort.ts';
import { amd64, asRoot, type DescriptorJson, ociLayer, Repository } from './repository.ts';

type Shape =
  | { readonly kind: 'image'; readonly layers: number; readonly listed: number; readonly type: string }
  | { readonly kind: 'index'; readonly entries: readonly Shape[] }
  | {
      readonly kind: 'entry';
      readonly of: Shape;
      readonly platform: object;
      readonly isGone: boolean;
      readonly size: number;
    };

const platform = fc.constantFrom<object>(
  {},
  { platform: { os: 'linux', architecture: 'amd64' } },
  { platform: { os: 'linux', architecture: '386' } },
  { platform: { os: 'linux', architecture: 's390x' } },
  { platform: { os: 'linux', architecture: 'amd64', 'os.features': ['x'] } },
  { platform: null },
);
const { shape } = fc.letrec<{ shape: Shape }>((tie) => ({
  shape: fc.oneof(
    { depthSize: 'small' },
    fc.record({
      kind: fc.constant('image' as const),
      layers: fc.nat(2),
      listed: fc.nat(2),
      type: fc.constantFrom(ociConfig, ociConfig, 'application/vnd.example'),
    }),
    fc.record({ kind: fc.constant('index' as const), entries: fc.array(tie('shape'), { maxLength: 4 }) }),
    fc.record({
      kind: fc.constant('entry' as const),
      of: tie('shape'),
      platform,
      isGone: fc.boolean(),
      size: fc.constantFrom(0, 0, 0, 1),
    }),
  ),
}));

function build(repository: Repository, made: Shape): DescriptorJson {
  switch (made.kind) {
    case 'image': {
      const layers = Array.from({ length: made.layers }, () => repository.layer(ociLayer));
      return repository.manifest(repository.config(amd64, made.listed, made.type), layers);
    }
    case 'index':
      return repository.index(made.entries.map((entry) => build(repository, entry)));
    case 'entry': {
      const entry = build(repository, made.of);
      if (made.isGone) repository.remove(entry);
      return { ...entry, ...made.platform, size: entry.size + made.size };
    }
  }
}

const everyPuller = pullersOf(undefined);

test('an outcome does not depend on how much was known at first', () => {
  fc.assert(
    fc.property(shape, fc.constantFrom(...everyPuller), (made, puller) => {
      const repository = new Repository();
      const root = build(repository, made);

      const atOnce = pullContent(asRoot(root), (wanted) => repository.read(wanted), amd64, puller);

      expect(repository.pull(root, puller)).toEqual(atOnce);
    }),
    { numRuns: effort(150, 500) },
  );
});

test('it never throws, whatever the documents hold', () => {
  fc.assert(
    fc.property(fc.json(), fc.json(), fc.constantFrom(...everyPuller), (config, layers, puller) => {
      const repository = new Repository();
      const root = repository.add(dockerManifest, `{"config":${config},"layers":[${layers}]}`);

      expect(['pulled', 'fails', 'unknown']).toContain(repository.pull(root, puller).kind);
    }),
  );
});
