import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { isSameProcess, startTimeOf } from '../lab/process-identity.ts';

const Holder = z.object({ pid: z.int(), startTime: z.string() });

/**
 * Makes this process the only runtime of a state folder. Rejects while another one is alive; the lock of a dead one is
 * replaced.
 */
export async function lockStateDir(stateDir: string): Promise<() => Promise<void>> {
  await mkdir(stateDir, { recursive: true });
  const path = join(stateDir, 'runtime.json');
  const holder = await readHolder(path);
  if (holder !== undefined && isSameProcess(holder)) {
    throw new Error(
      `${stateDir} is in use by process ${holder.pid}; end it first, or give another folder with --state-dir`,
    );
  }
  await rm(path, { force: true });
  const file = await open(path, 'wx', 0o600);
  await file.writeFile(JSON.stringify({ pid: process.pid, startTime: startTimeOf(process.pid) ?? '' }));
  await file.close();
  return () => rm(path, { force: true });
}

/** True while a runtime of this folder is alive. */
export async function isInUse(stateDir: string): Promise<boolean> {
  const holder = await readHolder(join(stateDir, 'runtime.json'));
  return holder !== undefined && isSameProcess(holder);
}

async function readHolder(path: string): Promise<z.infer<typeof Holder> | undefined> {
  try {
    return Holder.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    // There is no lock yet, or a crash left an incomplete one.
    return undefined;
  }
}
