/** The parts of a text that may be no reference, cut where a reader would cut it. Joined again they are the text. */
export type WrittenParts = {
  /** The part before the first slash, if it would be taken for a host. */
  readonly host?: string;
  readonly path: string;
  /** Behind the first colon of what follows the first slash; may itself hold colons and slashes. */
  readonly tag?: string;
  /** Behind the first `@`. */
  readonly digest?: string;
};

export function writtenPartsOf(text: string): WrittenParts {
  const [beforeAt, digest] = cut(text, text.indexOf('@'));
  const slash = beforeAt.indexOf('/');
  const first = beforeAt.slice(0, Math.max(slash, 0));
  const [name, tag] = cut(beforeAt, beforeAt.indexOf(':', slash + 1));
  const isHost = first === 'localhost' || /[.:A-Z]/.test(first);
  return {
    ...(isHost ? { host: first } : {}),
    path: isHost ? name.slice(slash + 1) : name,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

export function joined({ host, path, tag, digest }: WrittenParts): string {
  const name = host === undefined ? path : `${host}/${path}`;
  return `${name}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}

function cut(text: string, at: number): readonly [before: string, after?: string] {
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
