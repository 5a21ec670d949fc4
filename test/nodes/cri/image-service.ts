/** The image service of the container runtime interface, as the kubelet calls it (k8s.io/cri-api v1 api.proto). */
import { type Called, openGrpc } from './grpc.ts';
import { decode, encode } from './protobuf.ts';

/** The kubelet leaves `serverAddress` empty, and containerd then offers the credential to whatever host it asks. */
export type AuthConfig = {
  readonly username?: string;
  readonly password?: string;
  readonly auth?: string;
  readonly serverAddress?: string;
  readonly identityToken?: string;
  readonly registryToken?: string;
};

export type CriImage = {
  readonly id: string;
  readonly repoTags: readonly string[];
  readonly repoDigests: readonly string[];
};

export type CriError = { readonly ok: false; readonly code: number; readonly message: string };
export type Cri<T> = { readonly ok: true; readonly value: T } | CriError;

export type ImageService = {
  /** The reference of the image by its identifier. */
  readonly pullImage: (image: string, auth?: AuthConfig) => Promise<Cri<string>>;
  readonly imageStatus: (image: string) => Promise<Cri<CriImage | undefined>>;
  readonly removeImage: (image: string) => Promise<Cri<undefined>>;
  readonly listImages: () => Promise<Cri<readonly CriImage[]>>;
  readonly close: () => void;
};

/** containerd 2.4 asks a silent registry five times and waits ten seconds each time. */
const pullDeadlineMs = 90_000;
const deadlineMs = 10_000;

export function openImageService(socket: string): ImageService {
  const { call, close } = openGrpc(socket);
  const ask = (method: string, message: Buffer, withinMs = deadlineMs) =>
    call(`/runtime.v1.ImageService/${method}`, message, withinMs);
  return {
    close,
    pullImage: async (image, auth) => {
      const request = encode([
        [1, imageSpec(image)],
        [2, auth && authConfig(auth)],
      ]);
      return answered(await ask('PullImage', request, pullDeadlineMs), (fields) => textOf(fields.get(1)));
    },
    imageStatus: async (image) =>
      answered(await ask('ImageStatus', encode([[1, imageSpec(image)]])), (fields) => fields.get(1)?.map(imageOf)[0]),
    removeImage: async (image) => answered(await ask('RemoveImage', encode([[1, imageSpec(image)]])), () => undefined),
    listImages: async () =>
      answered(await ask('ListImages', Buffer.alloc(0)), (fields) => (fields.get(1) ?? []).map(imageOf)),
  };
}

function imageSpec(image: string): Buffer {
  return encode([[1, image]]);
}

function authConfig({ username, password, auth, serverAddress, identityToken, registryToken }: AuthConfig): Buffer {
  return encode([
    [1, username],
    [2, password],
    [3, auth],
    [4, serverAddress],
    [5, identityToken],
    [6, registryToken],
  ]);
}

function imageOf(message: Buffer): CriImage {
  const fields = decode(message);
  const texts = (number: number) => (fields.get(number) ?? []).map(String);
  return { id: textOf(fields.get(1)), repoTags: texts(2), repoDigests: texts(3) };
}

function textOf(values: readonly Buffer[] | undefined): string {
  return String(values?.[0] ?? '');
}

function answered<T>(called: Called, read: (fields: ReturnType<typeof decode>) => T): Cri<T> {
  return called.ok ? { ok: true, value: read(decode(called.message)) } : called;
}
