import { expect, test } from 'vitest';
import { unrenderedSecret } from '../../../src/core/credential/unrendered-secret.ts';

const key = '.dockerconfigjson';
const variable = `\${DOCKER_CONFIG}`;
const auths = (password: string) => JSON.stringify({ auths: { 'open.test': { username: 'a', password } } });

test.each<readonly [string, object, string]>([
  ['SOPS', { sops: { version: '3.9.0' }, data: { [key]: '' } }, 'encrypted'],
  ['a value of SOPS', { stringData: { [key]: 'ENC[AES256_GCM,data:abc,iv:d,tag:g,type:str]' } }, 'encrypted'],
  ['a value of SOPS in data', { data: { [key]: 'ENC[AES256_GCM,data:abc]' } }, 'encrypted'],
  ['a PGP message', { data: { [key]: btoa('-----BEGIN PGP MESSAGE-----\n') } }, 'encrypted'],
  ['Ansible Vault', { stringData: { [key]: '$ANSIBLE_VAULT;1.1;AES256' } }, 'encrypted'],
  ['a word', { stringData: { [key]: 'REPLACE_ME' } }, 'template'],
  ['envsubst', { data: { [key]: variable } }, 'template'],
  ['envsubst in base64', { data: { [key]: btoa(variable) } }, 'template'],
  ['a variable', { stringData: { [key]: '$DOCKER_CONFIG' } }, 'template'],
  ['Helm', { data: { [key]: '{{ .Values.config | b64enc }}' } }, 'template'],
  ['a password that is filled in', { stringData: { [key]: auths(variable) } }, 'template'],
  ['a password of the shell', { stringData: { [key]: auths('$REGISTRY_PASSWORD') } }, 'template'],
  ['a password of Windows', { stringData: { [key]: auths('%PASSWORD%') } }, 'template'],
  ['a password that names itself', { data: { [key]: btoa(auths('REGISTRY_PASSWORD')) } }, 'template'],
  ['a password to change', { stringData: { [key]: auths('changeme') } }, 'template'],
  ['a word in base64 digits', { data: { [key]: 'changeme' } }, 'template'],
  ['argocd-vault-plugin', { stringData: { [key]: '<path:kv/data/registry#config>' } }, 'template'],
  ['documentation', { data: { [key]: '<base64-encoded-config>' } }, 'template'],
  ['vals', { stringData: { [key]: 'ref+vault://kv/registry#config' } }, 'template'],
  ['1Password', { stringData: { [key]: 'op://vault/registry/config' } }, 'template'],
])('%s', (_name, object, how) => {
  const metadata = { name: 'regcred', namespace: 'shop' };
  expect(unrenderedSecret({ metadata, ...object })).toEqual({ ...metadata, why: how });
});

test.each<readonly [string, object]>([
  ['nothing', {}],
  ['without a name', { metadata: {}, sops: {} }],
  ['members of other types', { data: [], stringData: null, sops: 'x' }],
  ['a config', { stringData: { [key]: auths('b') } }],
  ['a config in base64', { data: { [key]: btoa(auths('b')) } }],
  ['a password with a dollar', { stringData: { [key]: auths('pa$$w0rd$9') } }],
  ['a password of capitals', { stringData: { [key]: auths('A1B2C3D4') } }],
  ['a password that is a word', { stringData: { [key]: auths('secret') } }],
  ['a config that is cut off', { stringData: { [key]: '{"auths":{"open.test":' } }],
  ['what is not a config', { stringData: { [key]: 'admin' } }],
  ['no base64', { data: { [key]: 'a' } }],
])('%s is what will be applied', (_name, object) => {
  expect(unrenderedSecret({ metadata: { name: 'regcred' }, ...object })).toBeUndefined();
});
