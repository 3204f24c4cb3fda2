import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { synthesizeCopy } from '../../proof/template/synthesize-copy.ts';

/** They hold where in the sources a construct was made, for messages; nothing of them is deployed. */
const forMessages = ['Restitch.metadata.json', 'validation-report.json', 'performance-counters.json'];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'restitch-folders-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The files that synth writes in this folder, by path. */
async function synthesizeIn(name: string): Promise<ReadonlyMap<string, string>> {
  const out = await synthesizeCopy(join(folder, name));
  const files = readdirSync(out, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files
      .filter((file) => !forMessages.includes(file.name))
      .map(({ parentPath, name }) => join(parentPath, name))
      .map((path) => [path.slice(out.length), readFileSync(path, 'latin1')]),
  );
}

describe('the stack, synthesized in two folders', () => {
  it('has the same template and the same bundles, byte for byte', async () => {
    const first = await synthesizeIn('one');
    const second = await synthesizeIn('another/and/deeper');
    expect(first.size).toBeGreaterThan(6 * 10);
    expect([...second.keys()].toSorted()).toEqual([...first.keys()].toSorted());
    expect([...first].filter(([path, text]) => second.get(path) !== text).map(([path]) => path)).toEqual([]);
  });
});
