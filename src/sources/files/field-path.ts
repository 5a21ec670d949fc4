/** Names of members and positions of elements, from the object down. */
export type FieldPath = readonly (string | number)[];

/**
 * A path as it is written in reports: `spec.containers[0].image`. Names that are no identifiers stand in brackets,
 * with quotes as JSON has them (`metadata.labels["kubernetes.io/os"]`) or without, as apimachinery writes them.
 */
export function parseFieldPath(text: string): FieldPath {
  return Array.from(text.matchAll(/\[("(?:[^"\\]|\\.)*")\]|\[([^\]]*)\]|[^.[\]]+/g), ([whole, quoted, bare]) => {
    if (quoted !== undefined) return nameIn(quoted);
    if (bare === undefined) return whole;
    return /^[0-9]+$/.test(bare) ? Number(bare) : bare;
  });
}

function nameIn(quoted: string): string {
  try {
    const name: string = JSON.parse(quoted);
    return name;
  } catch {
    return quoted;
  }
}
