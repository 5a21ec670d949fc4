import { buildImage, buildMultiPlatform } from '../../tools/embedded-registry/image.ts';
import type { Scene } from './scene.ts';

const amd64 = { os: 'linux', architecture: 'amd64' };
const arm64 = { os: 'linux', architecture: 'arm64' };
const access = { kind: 'basic', username: 'alice', password: 's3cret' } as const;
const repositories = {
  'team/app': { tags: { '1': buildMultiPlatform([amd64, arm64], 'app') } },
  'team/arm': { tags: { '1': buildMultiPlatform([arm64], 'arm') } },
  'team/private': { access, tags: { '1': buildImage(amd64, 'private') } },
};
const hosts = { 'registry.test': { kind: 'registry', repositories } } as const;

export const smokeScenes: readonly Scene[] = [
  { name: 'the image exists', image: 'registry.test/team/app:1', hosts },
  { name: 'the tag is missing', image: 'registry.test/team/app:latestt', hosts },
  { name: 'the password is right', image: 'registry.test/team/private:1', hosts, logins: [access] },
  {
    name: 'the password is wrong',
    image: 'registry.test/team/private:1',
    hosts,
    logins: [{ username: 'alice', password: 'wrong' }],
  },
  { name: 'the index has arm64 only', image: 'registry.test/team/arm:1', hosts },
  { name: 'the host does not exist', image: 'registry.tset/team/app:1', hosts },
];
