/**
 * What one kind of node would do to pull an image, told as a conversation with registries: an attempt a credential, in each
 * the endpoints in their order, then as much of the content as is wanted. Nothing is concluded here.
 * The kubelet goes on to the next credential after any error (image_manager.go, pullImage), and never tries nobody's at the end.
 */
import { type Content, contentOfBytes, type Wanted, wantedKey, wanted as wantedOf } from '../content/content.ts';
import type { Descriptor } from '../content/descriptor.ts';
import { pullContent } from '../content/pull-content.ts';
import type { Puller } from '../content/puller.ts';
import type { Credential } from '../credential/credential.ts';
import type { Attempt, EndpointAnswer, Evidence, FoundImage, Saw } from '../evidence/evidence.ts';
import { mediaKindOf } from '../image/media-type.ts';
import type { Platform } from '../image/platform.ts';
import type { ImageReference } from '../image/reference.ts';
import type { Endpoint } from './endpoint.ts';
import { type Dialogue, together } from './exchange.ts';
import { loginOf } from './login.ts';
import { rateLimitOf } from './rate-limit.ts';
import { readContent, type SparedContent } from './read-content.ts';
import { resolveRequest } from './request.ts';
import { type Resolved, resolveAt } from './resolve.ts';
import { Session } from './session.ts';
import type { TokenPolicy } from './token-policy.ts';

/** How far to look: HEAD alone · also index, chosen manifest and config · also whether each layer is there (contract §7). */
export type Depth = 'resolve' | 'platform' | 'full';

/** For whom the content is chosen. */
export type Viewer = { readonly platform: Platform; readonly puller: Puller };

/** For whom what does not depend on the node is looked at. */
export const anyViewer: Viewer = {
  platform: { os: 'linux', architecture: 'amd64' },
  puller: { generation: '2.4', path: 'transfer' },
};

export type Inquiry = {
  readonly reference: ImageReference;
  readonly endpoints: readonly Endpoint[];
  /** In the kubelet's order; empty for one attempt without any. */
  readonly credentials: readonly Credential[];
  /** Tried where everybody else is refused, to see what is there all the same; empty for nobody. */
  readonly examiner: readonly Credential[];
  readonly depth: Depth;
  readonly viewers: readonly Viewer[];
  readonly tokenObjection: TokenPolicy;
};

export function* inspect(inquiry: Inquiry): Dialogue<Pick<Evidence, 'attempts' | 'examined'>> {
  const { credentials, examiner } = inquiry;
  const attempts = yield* attemptAll(inquiry, credentials.length === 0 ? [undefined] : credentials);
  if (examiner.length === 0 || !attempts.every(isRefused)) return { attempts };
  return { attempts, examined: yield* attemptAll(inquiry, examiner) };
}

/** The registry itself, which is asked last, refused. */
function isRefused({ sightings }: Attempt): boolean {
  return sightings.at(-1)?.saw.kind === 'refused';
}

function* attemptAll(inquiry: Inquiry, credentials: readonly (Credential | undefined)[]): Dialogue<readonly Attempt[]> {
  const attempts: Attempt[] = [];
  for (const credential of credentials.slice(0, mostCredentials)) {
    const attempt = yield* attemptPull(inquiry, credential);
    attempts.push(attempt);
    if (attempt.found !== undefined) return attempts;
  }
  if (credentials.length > mostCredentials) attempts.push({ sightings: [beyondLimit(inquiry)] });
  return attempts;
}

/** Whoever names more of them for one image wants passwords tried (contract §3, C7). */
const mostCredentials = 16;

function beyondLimit({ reference, endpoints }: Inquiry): EndpointAnswer {
  const host = endpoints.at(-1)?.host ?? reference.registry;
  return { host, saw: { kind: 'not-asked', why: 'credential-limit' } };
}

function* attemptPull(inquiry: Inquiry, credential: Credential | undefined): Dialogue<Attempt> {
  const { reference, endpoints, tokenObjection } = inquiry;
  const login = loginOf(credential);
  const who = credential === undefined ? {} : { credential };
  const sessions = endpoints.map(
    (endpoint) =>
      new Session({
        endpoint,
        repository: endpoint.repository ?? reference.repository,
        login,
        tokenObjection: (realm, withPassword) => tokenObjection(realm, endpoint, withPassword),
      }),
  );
  const sightings: EndpointAnswer[] = [];
  for (const session of sessions.filter((candidate) => mayResolve(candidate, reference))) {
    const { host, isOnNode } = session.settings.endpoint;
    const saw = yield* lookAt(session, reference);
    if (saw.kind !== 'resolved') {
      sightings.push({ host, saw, ...(isOnNode && { isOnNode }) });
      continue;
    }
    sightings.push({ host, saw: { kind: 'manifest' } });
    return { ...who, sightings, found: yield* readImage(inquiry, saw, host, sessions) };
  }
  return { ...who, sightings };
}

/** A tag takes a host that is trusted to resolve it, a digest one that may be pulled from (resolver.go, filterHosts). */
function mayResolve({ settings }: Session, { kind }: ImageReference): boolean {
  const { capabilities } = settings.endpoint;
  return capabilities.includes('pull') && (kind === 'digested' || capabilities.includes('resolve'));
}

/** What is no manifest by its type may be a web page: only bytes that hash to the digest prove that the registry means it (C14). */
function* lookAt(session: Session, reference: ImageReference): Dialogue<Resolved | Exclude<Saw, { kind: 'manifest' }>> {
  const saw = yield* resolveAt(session, reference);
  if (saw.kind !== 'resolved' || saw.isVerified || saw.isManifestType) return saw;
  if (!saw.isNamed) return { kind: 'useless', what: { kind: 'no-manifest', mediaType: saw.root.mediaType } };
  const get = resolveRequest('GET', reference.digest ?? reference.tag ?? 'latest');
  const reply = yield* session.request(get, { digestAlgorithm: 'sha256' });
  const isVerified =
    reply.kind === 'response' && reply.response.status < 300 && reply.response.bodyDigest === saw.root.digest;
  return isVerified
    ? { ...saw, isVerified }
    : { kind: 'useless', what: { kind: 'no-manifest', mediaType: saw.root.mediaType } };
}

function* readImage(
  inquiry: Inquiry,
  resolved: Resolved,
  host: string,
  sessions: readonly Session[],
): Dialogue<FoundImage> {
  const { root, body, isVerified, response } = resolved;
  const contents = new Map<string, Content>();
  if (body !== undefined && isVerified) keepRoot(contents, root, body);
  const isDispensable = isManifest(root);
  const viewers = viewersOf(inquiry, isDispensable);
  const pulling = sessions.filter(({ settings }) => settings.endpoint.capabilities.includes('pull'));
  const announced = rateLimitOf(response);
  const reading: ReadState = {
    root,
    sessions: pulling,
    isDispensable,
    isLimited: announced !== undefined,
    contents,
    leftUnread: new Map(),
  };
  yield* readNeeded(root, viewers, reading);
  if (inquiry.depth === 'full') yield* readAll(layersOf(root, contents, viewers), reading);
  const spared = [...reading.leftUnread.values()].find((left) => left !== 'seen');
  const rateLimit = spared?.rateLimit ?? announced;
  const product = pulling.find((session) => session.product !== undefined)?.product;
  return {
    host,
    root,
    isVerified,
    contents,
    ...(product && { product }),
    ...(spared && { spared: spared.why }),
    ...(rateLimit && { rateLimit }),
  };
}

/** What is no manifest by its type fails for everybody, and is looked into however little was to be read. */
function viewersOf({ depth, viewers }: Inquiry, isDispensable: boolean): readonly Viewer[] {
  if (!isDispensable) return viewers.length === 0 ? [anyViewer] : viewers;
  return depth === 'resolve' ? [] : viewers;
}

function isManifest({ mediaType }: Descriptor): boolean {
  const kind = mediaKindOf(mediaType);
  return kind === 'manifest' || kind === 'index';
}

/** What was read so far, and where more is read. */
type ReadState = {
  readonly root: Descriptor;
  readonly sessions: readonly Session[];
  readonly isDispensable: boolean;
  /** The registry announces a limit: what is below an index is asked for by HEAD, which does not count. */
  readonly isLimited: boolean;
  readonly contents: Map<string, Content>;
  /** Not read, and not to be asked for again: spared, or a manifest that was seen to be there. */
  readonly leftUnread: Map<string, SparedContent | 'seen'>;
};

function keepRoot(contents: Map<string, Content>, root: Descriptor, body: Uint8Array): void {
  const kind = mediaKindOf(root.mediaType);
  if (kind !== 'manifest' && kind !== 'index') return;
  const wanted = wantedOf(root, kind);
  contents.set(wantedKey(wanted), contentOfBytes(wanted, body));
}

/** Each round reads what some viewer needs to go on; nested indexes take one more round a level. */
function* readNeeded(root: Descriptor, viewers: readonly Viewer[], reading: ReadState): Dialogue<void> {
  const { contents, leftUnread } = reading;
  const neededNow = () =>
    viewers
      .map(({ platform, puller }) => pullContent(root, (wanted) => contents.get(wantedKey(wanted)), platform, puller))
      .flatMap((outcome) => (outcome.kind === 'needs' ? outcome.wanted : []))
      .filter((wanted) => !leftUnread.has(wantedKey(wanted)));
  for (let round = 0; round < mostRounds; round += 1) {
    const needed = neededNow();
    if (needed.length === 0) return;
    yield* readAll(needed, reading);
  }
  // containerd goes on. What it would find is not known, and that is said.
  for (const wanted of neededNow())
    contents.set(wantedKey(wanted), wanted.as === 'blob' ? { kind: 'unread' } : tooDeep);
}

const tooDeep: Content = { kind: 'read', size: 0, document: { kind: 'too-large' } };

/** Deeper nesting than anybody builds; a hostile index could go on for ever. */
const mostRounds = 12;

function layersOf(
  root: Descriptor,
  contents: ReadonlyMap<string, Content>,
  viewers: readonly Viewer[],
): readonly Wanted[] {
  return viewers.flatMap(({ platform, puller }) => {
    const outcome = pullContent(root, (wanted) => contents.get(wantedKey(wanted)), platform, puller);
    return outcome.kind === 'pulled' ? outcome.layers : [];
  });
}

function* readAll(wanted: readonly Wanted[], reading: ReadState): Dialogue<void> {
  const { root, sessions, isDispensable, isLimited, contents, leftUnread } = reading;
  const distinct = [...new Map(wanted.map((item) => [wantedKey(item), item])).values()].filter(
    (item) => !contents.has(wantedKey(item)),
  );
  const terms = ({ descriptor, from }: Wanted) => {
    const isRoot = descriptor.digest === root.digest;
    return { isDispensable, isSeenNow: isRoot, byHead: isLimited && !isRoot && from === 'manifests' };
  };
  const read = yield* together(distinct.map((item) => readContent(sessions, item, terms(item))));
  for (const [index, item] of distinct.entries()) {
    const came = read[index] ?? { kind: 'unread' };
    if (came.kind === 'spared') leftUnread.set(wantedKey(item), came);
    else if (came.kind === 'present' && terms(item).byHead) leftUnread.set(wantedKey(item), 'seen');
    else contents.set(wantedKey(item), came);
  }
}
