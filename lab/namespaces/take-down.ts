import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from '../run-program.ts';
import type { Names } from './names.ts';
import { livingKeeper } from './owner.ts';

/** Ends every process in the fleet's namespaces, removes the namespaces and the fleet's run folder. Idempotent. */
export async function takeDown(names: Names): Promise<void> {
  const keeper = await livingKeeper(names);
  if (keeper !== undefined) kill(keeper);
  await razeFleet(names);
  await rm(names.runDir, { recursive: true, force: true });
}

/** Removes all that `buildFleet` made, whatever is left of it; owner, keeper and what hosts keep stay. Idempotent. */
export async function razeFleet(names: Names): Promise<void> {
  const present = await presentNamespaces(names);
  const pids = (await Promise.all(present.map((namespace) => runProgram(['ip', 'netns', 'pids', namespace]))))
    .flatMap(({ stdout }) => stdout.split('\n'))
    .filter((line) => line !== '');
  for (const pid of pids.map(Number)) kill(pid);
  await Promise.all(present.map((namespace) => runProgram(['ip', 'netns', 'del', namespace])));
  await Promise.all((await hostFolders(names)).map((folder) => rm(folder, { recursive: true, force: true })));
}

/** The folders in the fleet's run folder are its hosts', whatever fleet it was; the rest are files. */
async function hostFolders({ runDir }: Names): Promise<readonly string[]> {
  try {
    const entries = await readdir(runDir, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(runDir, name));
  } catch {
    // No fleet was ever up, or it was taken down.
    return [];
  }
}

/** Every namespace of this state folder, whichever fleet it was that made it. */
export async function presentNamespaces(names: Names): Promise<readonly string[]> {
  const { stdout } = await runProgram(['ip', 'netns', 'list']);
  const listed = stdout.split('\n').map((line) => line.split(' ')[0] ?? '');
  return listed.filter((name) => name.startsWith(`${names.prefix}-`));
}

function kill(pid: number): void {
  if (pid === process.pid) return;
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}
