/**
 * The headers of an answer that anything in here reads, in lower case. All others are dropped when they arrive: answers are
 * remembered by the ten thousands, and nobody needs a registry's cookies for longer than it takes to see that it sets some.
 */
export const keptHeaders: ReadonlySet<string> = new Set([
  'content-length',
  'content-type',
  'date',
  'docker-content-digest',
  'docker-ratelimit-source',
  'link',
  'location',
  'ratelimit-limit',
  'ratelimit-remaining',
  'ratelimit-reset',
  'retry-after',
  'server',
  'set-cookie',
  'www-authenticate',
  'x-artifactory-id',
  'x-harbor-csrf-token',
  'x-jfrog-version',
]);
