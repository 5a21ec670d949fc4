/** Scheme, host and port: what credentials, headers and certificates are meant for (RFC 6454). */
export type Origin = {
  /** `http` or `https`; of every other scheme there is no origin that equals it. */
  readonly scheme: string;
  /** With its port, in any case. */
  readonly host: string;
};

/** Where the endpoint of a registry is, as far as safety is concerned. */
export type OwnOrigin = Origin & {
  /** The endpoint is https, but its configuration permits http on the same host where https is not spoken. */
  readonly httpFallback: boolean;
};

export function isSameOrigin(one: Origin, other: Origin): boolean {
  return /^https?$/.test(one.scheme) && one.scheme === other.scheme && canonicalHost(one) === canonicalHost(other);
}

/** The endpoint itself, or that which it falls back to. */
export function isOwnOrigin(asked: Origin, own: OwnOrigin): boolean {
  return isSameOrigin(asked, own) || (own.httpFallback && isSameOrigin(asked, { scheme: 'http', host: own.host }));
}

/** Plain HTTP is for registries that are configured to speak it, and for what they refer to. */
export function mayBeAsked(asked: Origin, own: OwnOrigin): boolean {
  return asked.scheme === 'https' || (asked.scheme === 'http' && (own.scheme === 'http' || own.httpFallback));
}

/** In lower case, without the port that the scheme implies. */
export function canonicalHost({ scheme, host }: Origin): string {
  return host.toLowerCase().replace(scheme === 'https' ? /:(?:0*443)?$/ : /:(?:0*80)?$/, '');
}
