import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach } from 'vitest';
import { namespaceObstacles } from '../../../lab/namespaces/namespace-obstacles.ts';

/** Why the lab cannot run here; empty: it can. */
export const obstacles = await namespaceObstacles();

/** Skips the tests of a file where the lab cannot run. Returns what makes folders for fleets, which go when the tests are over. */
export function labFolders(): () => Promise<string> {
  const folders: string[] = [];
  beforeEach((context) => {
    if (obstacles.length > 0) context.skip(`the lab cannot run here: ${obstacles.join('; ')}`);
  });
  afterAll(async () => {
    await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
  });
  return async () => {
    const folder = await mkdtemp(join(tmpdir(), 'restitch-lab-'));
    folders.push(folder);
    return folder;
  };
}
