/** Hosts for which nodes of a cloud commonly bring credentials of their own (pull-semantics 3.9). Anchored: a look-alike is no cloud. */
const cloudHosts: readonly RegExp[] = [
  /^[^.]+\.dkr\.ecr(?:-fips)?\.[^.]+\.amazonaws\.com(?:\.cn)?$/,
  /^public\.ecr\.aws$/,
  /^(?:[^.]+\.)?gcr\.io$/,
  /^[^.]+-docker\.pkg\.dev$/,
  /^[^.]+\.azurecr\.(?:io|cn|de|us)$/,
];

export function isCloudRegistry(host: string): boolean {
  return cloudHosts.some((pattern) => pattern.test(host));
}
