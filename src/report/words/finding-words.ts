/**
 * What each finding says to people, and what they can do about it. One line a sentence, no secret, nothing foreign that is
 * not printable; whether anything is denied because of it is said elsewhere.
 */
import type { Finding } from '../../core/finding/finding.ts';
import {
  accessDeniedWords,
  ignoredSecretWords,
  missingSecretWords,
  noMatchWords,
  rejectedWords,
  undecodableWords,
} from './credential-words.ts';
import {
  absentWords,
  incompleteWords,
  lackingPlatformWords,
  missingPlatformWords,
  otherArchitectureWords,
  unsupportedWords,
} from './image-words.ts';
import { invalidNameWords } from './name-words.ts';
import { alwaysLocalWords, needlessAlwaysWords, neverPulledWords, unpinnedWords } from './policy-words.ts';
import {
  errorWords,
  lowRateLimitWords,
  notExaminedWords,
  rateLimitedWords,
  unreachableWords,
} from './registry-words.ts';
import type { Subject, Words } from './words.ts';

export function wordsOf(finding: Finding, subject: Subject): Words {
  switch (finding.code) {
    case 'invalid-image-name':
      return invalidNameWords(finding);
    case 'manifest-not-found':
      return absentWords(finding);
    case 'access-denied':
      return accessDeniedWords(finding, subject);
    case 'credentials-rejected':
      return rejectedWords(finding, subject);
    case 'pull-secret-undecodable':
      return undecodableWords(finding, subject);
    case 'pull-secret-not-found':
      return missingSecretWords(finding, subject);
    case 'pull-secret-ignored':
      return ignoredSecretWords(finding, subject);
    case 'pull-secret-no-match':
      return noMatchWords(finding, subject);
    case 'no-matching-platform':
      return missingPlatformWords(finding);
    case 'some-nodes-lack-platform':
      return lackingPlatformWords(finding, subject);
    case 'wrong-architecture':
      return otherArchitectureWords(finding);
    case 'unsupported-manifest':
      return unsupportedWords(finding);
    case 'incomplete-image':
      return incompleteWords(finding);
    case 'never-pulled':
      return neverPulledWords(subject);
    case 'rate-limited':
      return rateLimitedWords(finding);
    case 'rate-limit-low':
      return lowRateLimitWords(finding);
    case 'registry-unreachable':
      return unreachableWords(finding);
    case 'registry-error':
      return errorWords(finding);
    case 'registry-not-examined':
      return notExaminedWords(finding);
    case 'mutable-tag-always-local':
      return alwaysLocalWords(finding, subject);
    case 'needless-always':
      return needlessAlwaysWords(subject);
    case 'unpinned-image':
      return unpinnedWords(finding);
  }
}
