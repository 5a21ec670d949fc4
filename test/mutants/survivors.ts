/** Changes that no test can notice, each with its reason. A reason for something that no longer survives is an error. */
export type Reason = {
  /** Its name, with as much of its path as it takes. */
  readonly file: string;
  /** As `npm run test:mutants` shows it. */
  readonly before: string;
  readonly after: string;
  readonly why: string;
};

export const reasons: readonly Reason[] = [
  {
    file: 'finding/judge-pull.ts',
    before: "const onSomeNodesOnly = failing.every(({ result }) => result.kind === 'fails') && isAnySpared;",
    after: "const onSomeNodesOnly = failing.some(({ result }) => result.kind === 'fails') && isAnySpared;",
    why: 'the results of one finding are all of one kind, because the kind is part of its key',
  },
  {
    file: 'finding/judge-pull.ts',
    before: "const onSomeNodesOnly = failing.every(({ result }) => result.kind === 'fails') && isAnySpared;",
    after: 'const onSomeNodesOnly = failing.every(({ result }) => true) && isAnySpared;',
    why: 'the results of one finding are all of one kind, because the kind is part of its key',
  },
  {
    file: 'finding/judge-pull.ts',
    before: "detail.code === 'some-nodes-lack-platform'",
    after: 'false',
    why: 'this code is likely at best, so that no row that makes it likely is shown',
  },
  {
    file: 'finding/judge-pull.ts',
    before: "detail.code === 'credentials-rejected' ? unsettledSecrets(detail.tried, secrets, context.nowMs) : [],",
    after:
      'detail.code === \'credentials-rejected\' ? unsettledSecrets(detail.tried, secrets, context.nowMs) : ["Stryker was here"],',
    why: 'C7 looks at it for credentials-rejected alone',
  },
  {
    file: 'finding/group-result.ts',
    before:
      'const others = views.viewers.length > 0 ? views.viewers.slice(1) : otherPullers.map((other) => ({ puller: other }));',
    after:
      'const others = views.viewers.length > 0 ? views.viewers : otherPullers.map((other) => ({ puller: other }));',
    why: 'the first way is compared with itself, and it fails as before',
  },
  {
    file: 'finding/group-result.ts',
    before: "result.kind === 'fails' &&",
    after: 'true &&',
    why: 'a result that is not known is unconfirmed at best, whatever another way does',
  },
  {
    file: 'finding/group-result.ts',
    before: 'const before = known.find((one) => one.words === key);',
    after: 'const before = known.find(() => undefined);',
    why: 'what is remembered is what would be found again',
  },
  {
    file: 'finding/group-result.ts',
    before: 'const before = known.find((one) => one.words === key);',
    after: 'const before = known.find((one) => false);',
    why: 'what is remembered is what would be found again',
  },
  {
    file: 'finding/group-result.ts',
    before: 'judged.set(evidence.attempts, [...known, { words: key, result }]);',
    after: 'judged.set(evidence.attempts, []);',
    why: 'what is remembered is what would be found again',
  },
  {
    file: 'finding/group-result.ts',
    before: 'words.set(view, known);',
    after: ';',
    why: 'what is remembered is what would be found again',
  },
  {
    file: 'finding/judge-image.ts',
    before: 'unread: [],',
    after: 'unread: ["Stryker was here"],',
    why: 'the rows that look at it are not about the codes that are judged without a registry',
  },
  {
    file: 'finding/judge-image.ts',
    before: 'absentSecrets: [],',
    after: 'absentSecrets: ["Stryker was here"],',
    why: 'the rows that look at it are not about the codes that are judged without a registry',
  },
  {
    file: 'finding/judge-image.ts',
    before: 'unsettledSecrets: [],',
    after: 'unsettledSecrets: ["Stryker was here"],',
    why: 'the rows that look at it are not about the codes that are judged without a registry',
  },
  {
    file: 'finding/judge-image.ts',
    before: 'absentForHeadOnly: false,',
    after: 'absentForHeadOnly: true,',
    why: 'the rows that look at it are not about the codes that are judged without a registry',
  },
  {
    file: 'finding/judge-workload.ts',
    before: "case 'extended-resources': break;",
    after: "case 'extended-resources':",
    why: 'the last case of the switch ends it with or without a break',
  },
  {
    file: 'finding/pull-ways.ts',
    before:
      'const failingKinds = new Set(failing.flatMap(({ views }) => (views.group ? [nodeKindKey(views.group)] : [])));',
    after:
      'const failingKinds = new Set(failing.flatMap(({ views }) => (views.group ? [nodeKindKey(views.group)] : ["Stryker was here"])));',
    why: 'no kind of node has this name',
  },
  {
    file: 'finding/pull-notes.ts',
    before: "const note = notes.find(({ kind }) => kind === 'built-for-other-platform');",
    after: 'const note = notes.find(({ kind }) => true);',
    why: 'an image has one note at most, and its kind is compared again below',
  },
  {
    file: 'finding/pull-notes.ts',
    before: "const note = notes.find(({ kind }) => kind === 'artifact');",
    after: 'const note = notes.find(({ kind }) => true);',
    why: 'an image has one note at most, and its kind is compared again below',
  },
  {
    file: 'finding/nearest-tags.ts',
    before: 'while (length < one.length && one[length] === other[length]) length += 1;',
    after: 'while (length <= one.length && one[length] === other[length]) length += 1;',
    why: 'two texts that are equal share one character more, and nothing is compared with that',
  },
  {
    file: 'finding/image-ways.ts',
    before:
      'return nodes.reduce<Node | undefined>((first, node) => (first && first.name <= node.name ? first : node), undefined);',
    after:
      'return nodes.reduce<Node | undefined>((first, node) => (first && first.name < node.name ? first : node), undefined);',
    why: 'no two nodes have one name',
  },
  {
    file: 'finding/image-ways.ts',
    before: "return imageWaysIn({ nodes, candidates }, { repository: '', pulled: '', hostsAreGiven: false });",
    after: "return imageWaysIn({ nodes, candidates }, { repository: '', pulled: '', hostsAreGiven: true });",
    why: 'mirrors are not named in what is assumed of a finding without a registry',
  },
  {
    file: 'finding/unsettled-secrets.ts',
    before: "const names = new Set(tried.flatMap((origin) => (origin.source === 'secret' ? [origin.name] : [])));",
    after:
      'const names = new Set(tried.flatMap((origin) => (origin.source === \'secret\' ? [origin.name] : ["Stryker was here"])));',
    why: 'no Secret has this name',
  },
  {
    file: 'registry/inspect.ts',
    before: 'if (needed.length === 0) return;',
    after: 'if (false) return;',
    why: 'the rounds that are left find nothing to read',
  },
  {
    file: 'registry/inspect.ts',
    before:
      'const distinct = [...new Map(wanted.map((item) => [wantedKey(item), item])).values()].filter( (item) => !contents.has(wantedKey(item)), );',
    after: 'const distinct = [...new Map(wanted.map(item => [wantedKey(item), item])).values()];',
    why: 'what is there already is not needed, so that nobody asks for it',
  },
  {
    file: 'registry/resolve.ts',
    before: "case 'spared': throw new Error('what everything rests on is not dispensable');",
    after: "case 'spared':",
    why: 'no request of a resolution may be spared, so that the answer does not exist',
  },
  {
    file: 'finding/affected-nodes.ts',
    before: "return group?.members.kind === 'nodes' ? group.members.nodes : { count: 0, names: [] };",
    after:
      'return group?.members.kind === \'nodes\' ? group.members.nodes : { count: 0, names: ["Stryker was here"] };',
    why: 'where nodes are counted, all groups are of Node objects',
  },
  {
    file: 'finding/judge-image.ts',
    before: 'notGiven: [],',
    after: 'notGiven: ["Stryker was here"],',
    why: 'the rows that look at it are not about the codes that are judged without a registry',
  },
  {
    file: 'finding/judge-image.ts',
    before: 'mayBeHidden: false,',
    after: 'mayBeHidden: true,',
    why: 'the rows that look at it are not about the codes that are judged without a registry',
  },
  {
    file: 'finding/judge-image.ts',
    before: 'mayUseLocal: false,',
    after: 'mayUseLocal: true,',
    why: 'the codes that depend on what is loaded say it themselves, and of a name that is refused nobody asks',
  },
  {
    file: 'registry/pem.ts',
    before: "const startsLine = beginAt === 0 || (beginAt > 0 && text[at + beginAt - 1] === '\\n');",
    after: "const startsLine = beginAt === 0 || (true && text[at + beginAt - 1] === '\\n');",
    why: 'what is left never begins two characters after a line break',
  },
  {
    file: 'registry/pem.ts',
    before: "const startsLine = beginAt === 0 || (beginAt > 0 && text[at + beginAt - 1] === '\\n');",
    after: "const startsLine = beginAt === 0 || (beginAt >= 0 && text[at + beginAt - 1] === '\\n');",
    why: '0 is looked at before',
  },
  {
    file: 'registry/pem.ts',
    before:
      "for (let header = lineAt(text, body); body < endAt && header.line.includes(':'); header = lineAt(text, body)) {",
    after:
      "for (let header = lineAt(text, body); body <= endAt && header.line.includes(':'); header = lineAt(text, body)) {",
    why: 'at the line break before END there is an empty line, which is no header',
  },
  {
    file: 'registry/pem.ts',
    before: 'const line = text.slice(at, breakAt < 0 ? text.length : breakAt);',
    after: 'const line = text.slice(at, breakAt <= 0 ? text.length : breakAt);',
    why: 'lines are read after a BEGIN or an END, so that no break is at 0',
  },
  {
    file: 'registry/pem.ts',
    before: 'return { line: line.trimEnd(), next: breakAt < 0 ? text.length : breakAt + 1 };',
    after: 'return { line: line.trimEnd(), next: breakAt <= 0 ? text.length : breakAt + 1 };',
    why: 'lines are read after a BEGIN or an END, so that no break is at 0',
  },
  {
    file: 'registry/pull-share.ts',
    before: 'const isLate = askedAs < this.#heardAs;',
    after: 'const isLate = askedAs <= this.#heardAs;',
    why: 'requests and answers are numbered in one order, so that no two have one number',
  },
  {
    file: 'registry/hosts-file.ts',
    before: 'const [certificate, key, ...others] = pathsOf(element, directory) ?? [];',
    after: 'const [certificate, key, ...others] = pathsOf(element, directory) ?? ["Stryker was here"];',
    why: 'what is no text needs two paths',
  },
  {
    file: 'registry/loopback.ts',
    before: 'if (loopback.size >= mostKnown) loopback.clear();',
    after: 'if (true) loopback.clear();',
    why: 'what is remembered is what would be found again',
  },
  {
    file: 'registry/loopback.ts',
    before: 'if (loopback.size >= mostKnown) loopback.clear();',
    after: 'if (false) loopback.clear();',
    why: 'what is remembered is what would be found again',
  },
  {
    file: 'registry/loopback.ts',
    before: 'if (loopback.size >= mostKnown) loopback.clear();',
    after: 'if (loopback.size < mostKnown) loopback.clear();',
    why: 'what is remembered is what would be found again',
  },
  {
    file: 'registry/loopback.ts',
    before: 'if (loopback.size >= mostKnown) loopback.clear();',
    after: 'if (loopback.size > mostKnown) loopback.clear();',
    why: 'what is remembered is what would be found again',
  },
  {
    file: 'registry/loopback.ts',
    before: 'loopback.set(registry, isLoopback);',
    after: ';',
    why: 'what is remembered is what would be found again',
  },
  {
    file: 'registry/loopback.ts',
    before: 'if (/^0x[\\da-f]{0,16}$/.test(text)) return text.length === 2 ? 0 : Number.parseInt(text, 16);',
    after: 'if (/^0x[\\da-f]{0,16}$/.test(text)) return false ? 0 : Number.parseInt(text, 16);',
    why: 'a byte that is not a number is 0, too',
  },
  {
    file: 'registry/error-document.ts',
    before: "return isPage && parseChallenges(headers.get('www-authenticate') ?? []).length === 0;",
    after: 'return isPage && parseChallenges(headers.get(\'www-authenticate\') ?? ["Stryker was here"]).length === 0;',
    why: 'a scheme that no client knows is no challenge',
  },
  {
    file: 'registry/toml-tree.ts',
    before: 'if (target.members.has(last)) throw redefined(last);',
    after: 'if (false) throw redefined(last);',
    why: 'the parser refuses a key that is there already',
  },
  {
    file: 'finding/new-nodes.ts',
    before:
      'if (known === undefined || name < known.name) ofNodes.set(signs.scaler.program, { name, scaler: signs.scaler });',
    after:
      'if (known === undefined || name <= known.name) ofNodes.set(signs.scaler.program, { name, scaler: signs.scaler });',
    why: 'no two nodes have one name',
  },
  {
    file: 'finding/new-nodes.ts',
    before: 'const byNode = [...ofNodes.values()].toSorted((one, other) => (one.name < other.name ? -1 : 1));',
    after: 'const byNode = [...ofNodes.values()].toSorted((one, other) => (one.name <= other.name ? -1 : 1));',
    why: 'no two nodes have one name',
  },
  {
    file: 'finding/unsettled-placement.ts',
    before: 'const [first] = able.toSorted((one, other) => (one.name < other.name ? -1 : 1));',
    after: 'const [first] = able.toSorted((one, other) => (one.name <= other.name ? -1 : 1));',
    why: 'no two nodes have one name',
  },
  {
    file: 'registry/session.ts',
    before: "const challenges = parseChallenges(response.headers.get('www-authenticate') ?? []);",
    after: 'const challenges = parseChallenges(response.headers.get(\'www-authenticate\') ?? ["Stryker was here"]);',
    why: 'a scheme that no client knows is no challenge',
  },
  {
    file: 'registry/pem.ts',
    before: 'return { line: line.trimEnd(), next: breakAt < 0 ? text.length : breakAt + 1 };',
    after: 'return { line: line.trimEnd(), next: false ? text.length : breakAt + 1 };',
    why: 'only the line of an END may have no break, and nothing is read after it',
  },
  {
    file: 'registry/authorization.ts',
    before: 'const scopes = [...new Set([ownScope, ...asked])].toSorted((one, other) => (one < other ? -1 : 1));',
    after: 'const scopes = [...new Set([ownScope, ...asked])].toSorted((one, other) => (one <= other ? -1 : 1));',
    why: 'the scopes are distinct',
  },
  {
    file: 'registry/challenge.ts',
    before: "return parseChallenges(headers.get('www-authenticate') ?? []).some(",
    after: 'return parseChallenges(headers.get(\'www-authenticate\') ?? ["Stryker was here"]).some(',
    why: 'a scheme that no client knows is no challenge',
  },
  {
    file: 'registry/challenge.ts',
    before: "const length = /^[!#$%&'*+\\-.^_`|~0-9A-Za-z]*/.exec(text)?.[0].length ?? 0;",
    after: "const length = /[!#$%&'*+\\-.^_`|~0-9A-Za-z]*/.exec(text)?.[0].length ?? 0;",
    why: 'it may be empty, so that the first match is always at the start',
  },
  {
    file: 'registry/kept-headers.ts',
    before:
      "export const keptHeaders: ReadonlySet<string> = new Set([ 'content-length', 'content-type', 'docker-content-digest', 'docker-ratelimit-source', 'link', 'location', 'ratelimit-limit', 'ratelimit-remaining', 'ratelimit-reset', 'retry-after', 'server', 'set-cookie', 'www-authenticate', 'x-artifactory-id', 'x-harbor-csrf-token', 'x-jfrog-version', ]);",
    after: 'export const keptHeaders: ReadonlySet<string> = new Set([]);',
    why: 'the carrier drops headers, and its tests notice; the core is given answers that have them',
  },
  {
    file: 'registry/login-check.ts',
    before: "return answer.status >= 200 && answer.status < 300 ? 'accepted' : 'unclear';",
    after: "return true && answer.status < 300 ? 'accepted' : 'unclear';",
    why: 'an HTTP client gives no answer below 200',
  },
  {
    file: 'registry/realm.ts',
    before: "const [address = '', query = ''] = (url.split('#', 1)[0] ?? '').split(/\\?([\\s\\S]*)/);",
    after: "const [address = '', query = ''] = (url.split('#', 1)[0] ?? '').split(/\\?([\\S\\S]*)/);",
    why: 'blanks were escaped when the realm was parsed',
  },
  {
    file: 'registry/realm.ts',
    before: "return (/^[^:]*:\\/\\/([^/?#]*)/.exec(text)?.[1] ?? '').includes('@');",
    after: "return (/[^:]*:\\/\\/([^/?#]*)/.exec(text)?.[1] ?? '').includes('@');",
    why: 'the first colon of a realm ends its scheme',
  },
  {
    file: 'registry/token.ts',
    before: 'if (answer.status < 200 || answer.status >= 400)',
    after: 'if (false || answer.status >= 400)',
    why: 'an HTTP client gives no answer below 200',
  },
  {
    file: 'finding/judge-workload.ts',
    before: "kind !== 'beyond-limit' &&",
    after: 'true &&',
    why: '256 images come before it, and what is said of Secrets is said for them',
  },
  {
    file: 'registry/inspect.ts',
    before: 'if (!isDispensable) return viewers.length === 0 ? [anyViewer] : viewers;',
    after: 'if (!isDispensable) return viewers.length === 0 ? [] : viewers;',
    why: 'what has no type of a manifest fails without being read; with no viewers there is nothing else to read',
  },
  {
    file: 'registry/inspect.ts',
    before: 'if (!isDispensable) return viewers.length === 0 ? [anyViewer] : viewers;',
    after: 'if (!isDispensable) return false ? [anyViewer] : viewers;',
    why: 'what has no type of a manifest fails without being read; with no viewers there is nothing else to read',
  },
];
