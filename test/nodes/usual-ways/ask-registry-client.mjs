// Asks for the manifest of one image with docker-registry-client, in a process of its own, because it may die of the answer.
// Arguments: the folder that it is installed in, and the image with its login as JSON. Prints what it says.
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [folder = '', question = '{}'] = process.argv.slice(2);
const { image, scheme, login } = JSON.parse(question);
const { createClientV2, parseRepoAndRef } = createRequire(join(folder, 'package.json'))('docker-registry-client');

const { tag, digest, ...repo } = parse();
const client = createClientV2({
  repo,
  scheme,
  insecure: scheme === 'http',
  maxSchemaVersion: 2,
  acceptOCIManifests: true,
  acceptManifestLists: true,
  ...login,
});
client.getManifest({ ref: digest ?? tag }, (error) => {
  if (error) end(`${error.statusCode ?? ''} ${error.name}: ${error.message}`, 1);
  else end('', 0);
});

/** A name that it does not take is an answer too. */
function parse() {
  try {
    return parseRepoAndRef(image);
  } catch (error) {
    return end(`${error.name}: ${error.message}`, 1);
  }
}

function end(text, code) {
  process.stdout.write(`${text}\n`);
  process.exit(code);
}
