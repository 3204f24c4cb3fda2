import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { Names } from './names.ts';

/** The process that a fleet belongs to, told apart from a later process with the same number by its start time. */
export const Owner = z.object({ pid: z.int(), startTime: z.string(), keeperPid: z.int() });
export type Owner = z.infer<typeof Owner>;

/** Makes this process the owner, with a keeper that outlives it. */
export async function takeOwnership(names: Names, stateDir: string, graceSeconds: number): Promise<void> {
  const path = join(names.runDir, 'owner.json');
  const keeperPid = (await livingKeeper(path)) ?? 0;
  const owner: Owner = { pid: process.pid, startTime: startTime(process.pid) ?? '', keeperPid };
  await writeAtomically(path, owner);
  if (keeperPid !== 0) return;
  const keeper = spawn(process.execPath, [join(import.meta.dirname, 'keeper.ts'), stateDir, String(graceSeconds)], {
    detached: true,
    stdio: 'ignore',
  });
  keeper.unref();
  await writeAtomically(path, { ...owner, keeperPid: keeper.pid ?? 0 });
}

async function livingKeeper(path: string): Promise<number | undefined> {
  try {
    const { keeperPid } = Owner.parse(JSON.parse(await readFile(path, 'utf8')));
    return commandLine(keeperPid).includes('keeper.ts') ? keeperPid : undefined;
  } catch {
    // No owner yet.
    return undefined;
  }
}

export function isAlive({ pid, startTime: since }: Owner): boolean {
  return startTime(pid) === since;
}

/** Field 22 of /proc/PID/stat (proc(5)); the second field may hold blanks, so count from its closing parenthesis. */
function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    // No such process.
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
