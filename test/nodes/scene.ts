/** A scene: an image in a Pod, the registries around it, and what the node was told of them. All of it plain data. */
import type { Image } from '../../tools/embedded-registry/image.ts';
import type { Access, ScriptedAnswer } from '../../tools/embedded-registry/registry.ts';

export type Scene = {
  /** A sentence; no two scenes have the same. */
  readonly name: string;
  /** As written in the Pod. */
  readonly image: string;
  readonly pullPolicy?: 'Always' | 'IfNotPresent' | 'Never';
  /** The image was pulled before, and not by the kubelet: with the first login, from the hosts of the scene. */
  readonly isPresent?: boolean;
  /** The node does not report the image that is present: it was loaded a moment ago. */
  readonly isUnreported?: true;
  /** What the Node object shows besides, and only pullgate looks at. */
  readonly nodeSigns?: { readonly labels?: Readonly<Record<string, string>>; readonly providerID?: string };
  /** Every host that has an address, by `name` or `name:port`. All other names do not exist. */
  readonly hosts?: Readonly<Record<string, SceneHost>>;
  /**
   * Files of the node's certs.d folder by relative path, `registry.test/hosts.toml`. Every folder gets a `ca.pem` as well,
   * the authority of all good certificates. Without this member every registry has a hosts.toml that makes it work.
   */
  readonly certsD?: Readonly<Record<string, string>>;
  /** pullgate is not given that folder. It trusts the authority, and asks each registry by its own name. */
  readonly certsDIsHidden?: true;
  /** In this order: containerd is offered them directly, the kubelet has them from pull Secrets for the image's host. */
  readonly logins?: readonly Login[];
  /** What the kubelet has instead of `logins`, which are then for containerd alone. */
  readonly cluster?: SceneCluster;
  /** The docker configuration of the node itself. containerd has no use for it; the kubelet is started again. */
  readonly nodeDockerConfig?: string;
  /** pullgate is not given that file, and knows only that nodes may have credentials. */
  readonly nodeDockerConfigIsHidden?: true;
  /**
   * What the node's credential provider plugins answer, by plugin and image: `first/registry.plugin.test/team/app`, the name
   * of the image without its tag. Asked for another image they fail. Which there are, and for which images:
   * credential-plugins.ts. containerd has no use for them.
   */
  readonly pluginAnswers?: Readonly<Record<string, string>>;
  /** What no node has, and pullgate only looks with: the docker configuration of an examiner. */
  readonly examinerDockerConfig?: string;
};

export type SceneHost =
  | SceneRegistry
  /** An address where nobody listens. */
  | { readonly kind: 'refuses' }
  /** Accepts connections and says nothing. */
  | { readonly kind: 'silent' };

export type SceneRegistry = {
  readonly kind: 'registry';
  /** `https` when left out. */
  readonly scheme?: 'https' | 'http';
  /** `good` when left out. */
  readonly certificate?: 'good' | 'unknown-authority' | 'expired' | 'other-name';
  readonly access?: Access;
  readonly repositories?: Readonly<Record<string, SceneRepository>>;
  /** The first that fits is given instead of what the registry would say. */
  readonly answers?: readonly SceneAnswer[];
};

export type SceneRepository = {
  /** As the registry's when left out. */
  readonly access?: Access;
  readonly tags: Readonly<Record<string, Image>>;
};

export type SceneAnswer = ScriptedAnswer & {
  /** All when left out. */
  readonly method?: 'GET' | 'HEAD' | 'POST';
  /** Of the path without the query. */
  readonly path: RegExp;
  /** Of the header `authorization`, an empty text when there is none. */
  readonly authorization?: RegExp;
  /** Of the header `host`. */
  readonly host?: RegExp;
  /** So often, and never again; for ever when left out. */
  readonly times?: number;
};

export type Login = { readonly username: string; readonly password: string };

export type SceneCluster = {
  readonly secrets?: readonly SceneSecret[];
  /** Names of pull Secrets in the Pod, which need not exist. */
  readonly podPullSecrets?: readonly string[];
  /** Of the service account that the Pod runs as. Admission copies them when the Pod has none itself. */
  readonly accountPullSecrets?: readonly string[];
};

export type SceneSecret = {
  readonly name: string;
  readonly type: string;
  /** Not yet in base64. */
  readonly data: Readonly<Record<string, string>>;
};
