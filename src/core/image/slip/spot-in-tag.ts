import type { Spotted } from './slip-kind.ts';
import { joined, type WrittenParts } from './written-parts.ts';

export function spotInTag({ tag, ...rest }: WrittenParts): Spotted | undefined {
  if (tag === undefined) return undefined;
  if (tag === '') return { slip: { kind: 'empty-tag' }, repaired: joined(rest) };
  const tags = tag.split(':').filter((part) => part !== '');
  if (tag.includes(':')) {
    const [first, ...others] = new Set(tags);
    const isOne = first !== undefined && others.length === 0;
    return { slip: { kind: 'several-tags', tags }, ...(isOne ? { repaired: joined({ ...rest, tag: first }) } : {}) };
  }
  const character = /^[.-]|[^\w.-]/u.exec(tag)?.[0];
  if (character !== undefined) return { slip: { kind: 'tag-character', character } };
  return tag.length > 128 ? { slip: { kind: 'tag-too-long', length: tag.length } } : undefined;
}
