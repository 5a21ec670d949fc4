/** `npm run -s test:vectors -- DIR`: one line a family, then each failing case; exit 1 if any failed, 2 if a folder cannot be played. */
import { families } from './families.ts';
import { play, readVectorFiles, VectorFileError } from './play.ts';

process.exitCode = await main(process.argv.slice(2));

async function main(folders: readonly string[]): Promise<number> {
  const [folder] = folders;
  if (folder === undefined || folders.length > 1) {
    process.stderr.write('usage: npm run -s test:vectors -- DIR\n');
    return 2;
  }
  try {
    return await playFolder(folder);
  } catch (error) {
    if (!(error instanceof VectorFileError) && (error as NodeJS.ErrnoException).code === undefined) throw error;
    process.stderr.write(`${(error as Error).message}\n`);
    return 2;
  }
}

async function playFolder(folder: string): Promise<number> {
  const failures: string[] = [];
  let unknown = false;
  for (const file of await readVectorFiles(folder)) {
    const family = families.get(file.family);
    if (family === undefined) {
      process.stderr.write(
        `${file.family}: not a known family of vectors; known are ${[...families.keys()].join(', ')}\n`,
      );
      unknown = true;
      continue;
    }
    const failed = file.cases.flatMap((vector) => {
      const difference = play(family, vector);
      return difference === undefined ? [] : [{ vector, difference }];
    });
    process.stdout.write(`${file.family}: ${file.cases.length - failed.length} passed, ${failed.length} failed\n`);
    for (const { vector, difference } of failed)
      failures.push(
        `${file.family}, ${vector.name}: ${JSON.stringify(vector.input)}`,
        `  expected ${JSON.stringify(difference.expected)}`,
        `  came     ${JSON.stringify(difference.came)}`,
      );
  }
  if (failures.length > 0) process.stdout.write(`${failures.join('\n')}\n`);
  if (unknown) return 2;
  return failures.length > 0 ? 1 : 0;
}
