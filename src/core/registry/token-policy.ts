import type { HostPattern } from '../egress/host-pattern.ts';
import { isOwnOrigin } from '../egress/origin.ts';
import { parseRealm, passwordObjection } from '../egress/token-server.ts';
import type { TokenObjection } from '../evidence/evidence.ts';
import type { Endpoint } from './endpoint.ts';
import type { Realm } from './realm.ts';

/** Why the token server that an endpoint names is not asked, with a password or without; undefined where it may be. */
export type TokenPolicy = (realm: Realm, endpoint: Endpoint, withPassword: boolean) => TokenObjection | undefined;

/**
 * containerd asks whoever a challenge names. We ask only what every reader of URLs reads alike, strangers only over TLS, and
 * give passwords to none but the endpoint itself, known pairs, and whom the operator trusts (quality.md S7).
 */
export function tokenPolicyOf(trusted: readonly HostPattern[]): TokenPolicy {
  return ({ url }, endpoint, withPassword) => {
    const realm = parseRealm(url);
    if (realm === undefined) return 'unusual-url';
    if (withPassword) return passwordObjection(realm, endpoint, trusted);
    return realm.scheme === 'https' || isOwnOrigin(realm, endpoint) ? undefined : 'plain-http';
  };
}
