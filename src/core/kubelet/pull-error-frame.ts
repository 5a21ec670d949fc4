/** What kubelet, CRI client and containerd write around the error itself. */

export type InnerError = {
  readonly text: string;
  /** containerd's own frame was around it. */
  readonly isFramed: boolean;
};

/** Quoted by Go: a quotation mark inside has a backslash before it. */
const quoted = '"(?:[^"\\\\]|\\\\.)*"';

const kubeletFrames: readonly RegExp[] = [
  // client-go, when events that are alike come often.
  /^\(combined from similar events\): /,
  new RegExp(`^Failed to pull image ${quoted}: `),
  // Since 1.32 the reason and the error of the last attempt follow it.
  new RegExp(
    `^Back-off pulling image ${quoted}(?:: (?:ErrImagePull|RegistryUnavailable|SignatureValidationFailed): |$)`,
  ),
  /^Error: /,
];
/** The CRI client leaves it out for the code Unknown. */
const grpc = /^rpc error: code = \w+ desc = /;

const containerdFrames: readonly RegExp[] = [
  new RegExp(`^failed to pull and unpack image ${quoted}: `),
  new RegExp(`^failed to pull image ${quoted}: `),
  new RegExp(`^failed to resolve reference ${quoted}: `),
  /^failed to resolve image: /,
  /^failed to copy: /,
  /^httpReadSeeker: failed open: /,
];

/** An Event has at most 1,024 bytes; what a status says is as long as an answer of a registry. */
const longestText = 16_384;

/** Undefined where the text is a frame alone: a kubelet that waits, and does not say why. */
export function innerErrorOf(text: string): InnerError | undefined {
  const said = withoutFrames(text.slice(0, longestText).trim(), [...kubeletFrames, grpc]).text;
  if (said === '' || said === 'ErrImagePull' || said === 'ImagePullBackOff') return undefined;
  return withoutFrames(lastOfSeveral(said), [grpc, ...containerdFrames], containerdFrames);
}

function withoutFrames(text: string, frames: readonly RegExp[], telling: readonly RegExp[] = []): InnerError {
  const frame = frames.find((one) => one.test(text));
  if (frame === undefined) return { text, isFramed: false };
  const { text: inner, isFramed } = withoutFrames(text.replace(frame, ''), frames, telling);
  return { text: inner, isFramed: isFramed || telling.includes(frame) };
}

/** Of several credentials each has an error: `[one, another]` (apimachinery, NewAggregate). */
function lastOfSeveral(text: string): string {
  if (!text.startsWith('[') || !text.endsWith(']')) return text;
  const errors = text.slice(1, -1).split(/, (?=rpc error: code = |failed to pull and unpack image ")/);
  return errors.at(-1) ?? text;
}
