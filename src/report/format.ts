export const formats = ['text', 'json'] as const;
export type Format = (typeof formats)[number];
export function render(r: unknown, f: Format, o: { color: boolean }): string {
  void f;
  void o;
  return JSON.stringify(r, null, 2) + '\n';
}
