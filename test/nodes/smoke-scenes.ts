import { buildImage, buildMultiPlatform } from '../../tools/embedded-registry/image.ts';
import type { Scene } from './scene.ts';

export type SmokeScene = Scene & {
  /** What the kubelet says; containerd alone has no reasons, but pulls or not just as well. */
  readonly expected: 'pulled' | 'ErrImagePull';
};

const amd64 = { os: 'linux', architecture: 'amd64' };
const arm64 = { os: 'linux', architecture: 'arm64' };
const access = { kind: 'basic', username: 'alice', password: 's3cret' } as const;
const repositories = {
  'team/app': { tags: { '1': buildMultiPlatform([amd64, arm64], 'app') } },
  'team/arm': { tags: { '1': buildMultiPlatform([arm64], 'arm') } },
  'team/private': { access, tags: { '1': buildImage(amd64, 'private') } },
};
const hosts = { 'registry.test': { kind: 'registry', repositories } } as const;
const wrong = { username: 'alice', password: 'wrong' };

export const smokeScenes: readonly SmokeScene[] = [
  { name: 'the image exists', image: 'registry.test/team/app:1', hosts, expected: 'pulled' },
  { name: 'the tag is missing', image: 'registry.test/team/app:latestt', hosts, expected: 'ErrImagePull' },
  {
    name: 'the password is right',
    image: 'registry.test/team/private:1',
    hosts,
    logins: [access],
    expected: 'pulled',
  },
  {
    name: 'the password is wrong',
    image: 'registry.test/team/private:1',
    hosts,
    logins: [wrong],
    expected: 'ErrImagePull',
  },
  { name: 'the index has arm64 only', image: 'registry.test/team/arm:1', hosts, expected: 'ErrImagePull' },
  { name: 'the host does not exist', image: 'registry.tset/team/app:1', hosts, expected: 'ErrImagePull' },
];
