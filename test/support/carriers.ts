import { onTestFinished } from 'vitest';
import type { EgressRules } from '../../src/core/egress/address-rules.ts';
import type { Exchange } from '../../src/core/registry/exchange.ts';
import { type Carrier, type CarrierSettings, openCarrier } from '../../src/sources/registry/carrier.ts';
import type { Send, Terms } from '../../src/sources/registry/send.ts';
import { patternsOf } from '../core/egress/patterns.ts';

/** 127.0.0.1 plays the world outside; everything else of loopback is what must not be reached. */
export function openEgress(part: Partial<EgressRules> = {}): EgressRules {
  return {
    privateRanges: 'allow',
    allow: patternsOf('127.0.0.1'),
    deny: [],
    trustedTokenServers: [],
    registriesOnly: false,
    apiServer: [],
    ...part,
  };
}

/** Closed when the test is over. Names are resolved by nobody unless a DNS server is given. A busy machine may take its time. */
export function startCarrier(settings: Partial<CarrierSettings> = {}): Carrier {
  const carrier = openCarrier({
    egress: openEgress(),
    version: '0.0.0-test',
    requestTimeoutMs: 30_000,
    dnsServers: ['127.0.0.1:1'],
    etcHostsPath: '/nonexistent',
    ...settings,
  });
  onTestFinished(carrier.close);
  return carrier;
}

export function terms(part: Partial<Terms> = {}): Terms {
  return { signal: new AbortController().signal, maxAgeMs: Number.POSITIVE_INFINITY, ...part };
}

/** A `Send` that answers by a function, and what it was sent. */
export function scripted(answer: Send): { readonly send: Send; readonly sent: readonly Exchange[] } {
  const sent: Exchange[] = [];
  return {
    sent,
    send: async (exchange, itsTerms) => {
      sent.push(exchange);
      return answer(exchange, itsTerms);
    },
  };
}
