/**
 * Keys of what is asked about a pull: of everything that decides what is found. Plans name the same endpoints, viewers and
 * credentials by the same objects, so that each object is looked into once, and a key is a few numbers behind a reference.
 */
import { createHmac, createSecretKey, randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Credential } from '../../core/credential/credential.ts';
import type { SecretBytes } from '../../core/credential/secret-bytes.ts';
import type { Inquiry } from '../../core/registry/inspect.ts';
import { atMost } from './at-most.ts';

export type PullKeys = {
  readonly ofInquiry: (inquiry: Inquiry) => string;
  /** Of who asks at a host: nobody, or somebody with a login. */
  readonly ofAsker: (host: string, loginKey: string | undefined) => string;
};

/** Of distinct contents; what is forgotten is asked again under a new number. */
const mostNumbers = 20_000;

export function makePullKeys(): PullKeys {
  // Of bytes Node would make a key again and again.
  const secret = createSecretKey(randomBytes(32));
  const numbers = new LRUCache<string, number>(atMost(mostNumbers));
  let last = 0;
  /** Equal contents have equal numbers. They are kept as fingerprints: passwords and keys are among them. */
  const numberOf = (content: unknown): number => {
    const fingerprint = createHmac('sha256', secret).update(JSON.stringify(content)).digest('base64url');
    const known = numbers.get(fingerprint);
    if (known !== undefined) return known;
    last += 1;
    numbers.set(fingerprint, last);
    return last;
  };
  const ofEndpoints = perObject((endpoints: Inquiry['endpoints']) => numberOf(endpoints));
  const ofViewers = perObject((viewers: Inquiry['viewers']) => numberOf(viewers));
  // Printed they would be alike.
  const ofCredential = perObject(({ username, password, origin }: Credential) =>
    numberOf([wordsOf(username), wordsOf(password), origin]),
  );
  const ofCredentials = (credentials: readonly Credential[]): string => credentials.map(ofCredential).join();
  return {
    ofAsker: (host, loginKey = '') => `${host} ${numberOf(loginKey)}`,
    ofInquiry: ({ reference, endpoints, viewers, depth, credentials, examiner }) =>
      `${reference.pulled} ${depth} ${ofEndpoints(endpoints)} ${ofViewers(viewers)} ${ofCredentials(credentials)} ${ofCredentials(examiner)}`,
  };
}

function perObject<Value extends object>(numberOf: (value: Value) => number): (value: Value) => number {
  const known = new WeakMap<Value, number>();
  return (value) => {
    const number = known.get(value) ?? numberOf(value);
    known.set(value, number);
    return number;
  };
}

function wordsOf(secret: SecretBytes): string {
  return Buffer.from(secret.reveal()).toString('base64');
}
