/**
 * The bound of a cache by its entries, for `lru-cache`. Its own `max` reserves the room for all of them at once, which takes longer
 * than a check of a few images.
 */
export function atMost(entries: number) {
  return { maxSize: entries, sizeCalculation: () => 1 };
}
