/** The certificates that the registries of scenes show. */
import { type KeyPair, makeAuthority } from '../support/certificates.ts';
import type { SceneRegistry } from './scene.ts';

export type Tls = { readonly cert: string; readonly key: string };

export type Authorities = {
  /** The certificate of the authority that issues all good ones. */
  readonly ca: string;
  readonly issue: (host: string, kind: NonNullable<SceneRegistry['certificate']>) => Promise<Tls>;
};

/** A certificate is made once for each name and kind. */
export async function makeAuthorities(): Promise<Authorities> {
  const [good, unknown] = await Promise.all([makeAuthority('scenes'), makeAuthority('nobody knows')]);
  const made = new Map<string, Promise<Tls>>();
  return {
    ca: good.certificate,
    issue: (host, kind) => {
      const name = kind === 'other-name' ? 'other.test' : host.replace(/:\d+$/, '');
      const key = `${kind} ${name}`;
      const authority = kind === 'unknown-authority' ? unknown : good;
      const tls = made.get(key) ?? authority.issue({ names: [name], expired: kind === 'expired' }).then(tlsOf);
      made.set(key, tls);
      return tls;
    },
  };
}

function tlsOf({ certificate, privateKey }: KeyPair): Tls {
  return { cert: certificate, key: privateKey };
}
