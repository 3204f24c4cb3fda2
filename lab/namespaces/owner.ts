import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { startTimeOf } from '../process-identity.ts';
import type { Names } from './names.ts';

/** The process that a fleet belongs to, told apart from a later process with the same number by its start time. */
export const Owner = z.object({ pid: z.int(), startTime: z.string(), keeperPid: z.int() });
export type Owner = z.infer<typeof Owner>;

/** Makes this process the owner, with a keeper that outlives it. */
export async function takeOwnership(names: Names, stateDir: string, graceSeconds: number): Promise<void> {
  const path = ownerFile(names);
  const keeperPid = (await livingKeeper(names)) ?? 0;
  const owner: Owner = { pid: process.pid, startTime: startTimeOf(process.pid) ?? '', keeperPid };
  await writeAtomically(path, owner);
  if (keeperPid !== 0) return;
  const keeper = spawn(process.execPath, [join(import.meta.dirname, 'keeper.ts'), stateDir, String(graceSeconds)], {
    detached: true,
    stdio: 'ignore',
  });
  keeper.unref();
  await writeAtomically(path, { ...owner, keeperPid: keeper.pid ?? 0 });
}

function ownerFile(names: Names): string {
  return join(names.runDir, 'owner.json');
}

/** The keeper of this fleet, if one is alive. */
export async function livingKeeper(names: Names): Promise<number | undefined> {
  try {
    const { keeperPid } = Owner.parse(JSON.parse(await readFile(ownerFile(names), 'utf8')));
    return commandLine(keeperPid).includes('keeper.ts') ? keeperPid : undefined;
  } catch {
    // No owner yet.
    return undefined;
  }
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    // No such process.
    return '';
  }
}

async function writeAtomically(path: string, owner: Owner): Promise<void> {
  await writeFile(`${path}.new`, JSON.stringify(owner));
  await rename(`${path}.new`, path);
}
