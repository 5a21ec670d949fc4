export async function readNodeFiles(
  _c: unknown,
): Promise<
  | { ok: true; files: import('../../config/plan-settings.ts').NodeFilesRead }
  | { ok: false; problems: readonly string[] }
> {
  return { ok: false, problems: [] };
}
