/** Where a real scheduler and a real kubelet take the Pods of templates, and what pullgate said of the templates before. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { placementCases } from './real-placement/cases.ts';

type Played = {
  readonly name: string;
  readonly finds: string;
  readonly cappedBy?: string;
  readonly becomes: string;
};

let played: readonly Played[];

beforeAll(async () => {
  // The node is a part of the same folder as the programs of the control plane, unless another is named.
  const parts = process.env.PULLGATE_PARTS ?? join(process.env.KUBEBUILDER_ASSETS ?? '', '..');
  const play = join(import.meta.dirname, 'real-placement/play.ts');
  const output = await new Promise<string>((resolve, reject) => {
    const env = { ...process.env, PULLGATE_PARTS: parts };
    execFile(process.execPath, [play], { env }, (error, printed, errors) => {
      if (error === null) resolve(printed);
      else reject(new Error(`the nodes ended: ${errors.slice(-2000)}`));
    });
  });
  played = JSON.parse(output) as readonly Played[];
});

describe('a template, and what becomes of its Pod', () => {
  test.each(placementCases)('$name', ({ name, finds, cappedBy = /^/, becomes }) => {
    const found = played.find((one) => one.name === name);

    expect({ finds: found?.finds, becomes: found?.becomes }).toEqual({ finds, becomes });
    expect(found?.cappedBy ?? '').toMatch(cappedBy);
  });

  test('none is denied whose Pod pulls its image', () => {
    expect(played.filter((one) => one.becomes === 'pulled' && one.finds.endsWith('certain'))).toEqual([]);
  });
});
