import type { ImageUse } from '../workload/image-use.ts';
import type { Finding } from './finding.ts';

/** What may be said of a reference and its pull policy, whatever the registry says. */
export function adviceOnReference({ parsed, pullPolicy }: ImageUse, digest: string | undefined): readonly Finding[] {
  if (!parsed.ok) return [];
  const { reference } = parsed;
  const advice: Finding[] = [];
  const beside = { certainty: 'advice', assuming: [] } as const;
  if (reference.kind === 'digested') {
    if (pullPolicy === 'Always') advice.push({ code: 'needless-always', ...beside });
    return advice;
  }
  if (pullPolicy === 'IfNotPresent' && reference.tag === 'latest')
    advice.push({ code: 'mutable-tag-always-local', tag: reference.tag, ...beside });
  advice.push({ code: 'unpinned-image', ...(digest !== undefined && { digest }), ...beside });
  return advice;
}
