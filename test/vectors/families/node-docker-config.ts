import { lookUp } from '../../../src/core/credential/keyring.ts';
import {
  nodeDockerConfigOf,
  nodeDockerConfigPlaces,
  nodeKeyringOf,
} from '../../../src/core/credential/node-docker-config.ts';
import { secretBytesOf } from '../../../src/core/credential/secret-bytes.ts';
import type { Family } from '../play.ts';
import { compareCredentials, type ExpectedCredentials, repositoryOf } from './credentials.ts';

type Input = { readonly files: Readonly<Record<string, string>>; readonly image: string };

export const nodeDockerConfig: Family = (input: Input, expect: ExpectedCredentials) => {
  const files = nodeDockerConfigPlaces.flatMap(({ directory, file, shape }) => {
    const path = `${directory}/${file}`;
    const content = input.files[path];
    return content === undefined ? [] : [{ path, shape, content: secretBytesOf(content) }];
  });
  return compareCredentials(expect, lookUp([nodeKeyringOf(nodeDockerConfigOf(files))], repositoryOf(input.image)));
};
