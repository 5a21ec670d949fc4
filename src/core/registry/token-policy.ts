import type { HostPattern } from '../egress/host-pattern.ts';
import { isOwnOrigin } from '../egress/origin.ts';
import { mayReceivePassword, parseRealm } from '../egress/token-server.ts';
import type { Endpoint } from './endpoint.ts';
import type { Realm } from './realm.ts';

/** Whether the token server that an endpoint names may be asked, with a password or without. */
export type TokenPolicy = (realm: Realm, endpoint: Endpoint, withPassword: boolean) => boolean;

/**
 * containerd asks whoever a challenge names. We ask only what every reader of URLs reads alike, strangers only over TLS, and
 * give passwords to none but the endpoint itself, known pairs, and whom the operator trusts (quality.md S7).
 */
export function tokenPolicyOf(trusted: readonly HostPattern[]): TokenPolicy {
  return ({ url }, endpoint, withPassword) => {
    const realm = parseRealm(url);
    if (realm === undefined) return false;
    if (withPassword) return mayReceivePassword(realm, endpoint, trusted);
    return realm.scheme === 'https' || isOwnOrigin(realm, endpoint);
  };
}
