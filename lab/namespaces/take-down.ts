import { rm } from 'node:fs/promises';
import { runProgram } from '../run-program.ts';
import type { Names } from './names.ts';
import { livingKeeper } from './owner.ts';

/** Ends every process in the fleet's namespaces, removes the namespaces and the fleet's run folder. Idempotent. */
export async function takeDown(names: Names): Promise<void> {
  const present = await presentNamespaces(names);
  const pids = (await Promise.all(present.map((namespace) => runProgram(['ip', 'netns', 'pids', namespace]))))
    .flatMap(({ stdout }) => stdout.split('\n'))
    .filter((line) => line !== '');
  const keeper = await livingKeeper(names);
  for (const pid of [...pids, keeper ?? process.pid].map(Number)) if (pid !== process.pid) kill(pid);
  await Promise.all(present.map((namespace) => runProgram(['ip', 'netns', 'del', namespace])));
  await rm(names.runDir, { recursive: true, force: true });
}

export async function presentNamespaces(names: Names): Promise<readonly string[]> {
  const { stdout } = await runProgram(['ip', 'netns', 'list']);
  const listed = stdout.split('\n').map((line) => line.split(' ')[0] ?? '');
  return names.all.filter((name) => listed.includes(name));
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}
