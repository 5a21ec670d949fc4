import { onTestFinished } from 'vitest';
import { type DnsAnswer, type DnsQuestion, openDns } from './dns-socket.ts';

export type { DnsAnswer, DnsQuestion } from './dns-socket.ts';

export type DnsServer = { readonly address: string; readonly questions: readonly DnsQuestion[] };

/** A DNS server over UDP on a free port of 127.0.0.1. It ends with the test. */
export async function startDns(answer: (question: DnsQuestion) => DnsAnswer): Promise<DnsServer> {
  const { address, questions, close } = await openDns(answer);
  onTestFinished(close);
  return { address, questions };
}

/** Addresses of one family, for all names. */
export function addresses(list: readonly string[], ttl = 30): (question: DnsQuestion) => DnsAnswer {
  return () => ({ kind: 'addresses', addresses: list, ttl });
}
