import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecRequest, ExecResult } from '../fleet.ts';
import { isSameProcess } from '../process-identity.ts';
import { runProgram } from '../run-program.ts';
import type { SimulatedPlaces } from './simulated-places.ts';

const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Notes who runs, so that `endPrograms` finds it even when the process that started it is gone. */
const NOTE = `
printf '%s %s' "$$" "$(awk '{ sub(/.*\\) /, ""); print $20 }' "/proc/$$/stat" 2>/dev/null)" >"$1" || exit 126
shift
exec "$@"
`;

/** Runs a program "on" a host: the simulated network programs come first in PATH, and the scripts' state is moved. */
export async function enterSimulatedHost(
  places: SimulatedPlaces,
  host: string,
  request: ExecRequest,
): Promise<ExecResult> {
  await mkdir(places.processes, { recursive: true });
  const note = join(places.processes, randomUUID());
  try {
    return await runProgram(['/bin/sh', '-c', NOTE, 'enter', note, ...request.argv], {
      env: { ...request.env, PATH: `${places.bin(host)}:${SYSTEM_PATH}`, RESTITCH_ROOT: places.root(host) },
      timeoutMs: request.timeoutMs,
      ...(request.stdin === undefined ? {} : { stdin: request.stdin }),
    });
  } finally {
    await rm(note, { force: true });
  }
}

/** Ends every program that runs on a host, and every rollback timer that one of them left behind. */
export async function endPrograms(places: SimulatedPlaces, hosts: readonly string[]): Promise<void> {
  const timers = await Promise.all(
    hosts.map(async (host) => {
      const armed = join(places.run(host), 'restitch', 'armed');
      return (await namesIn(armed)).map((key) => join(armed, key, 'timer'));
    }),
  );
  const notes = (await namesIn(places.processes)).map((name) => join(places.processes, name));
  for (const file of [...notes, ...timers.flat()]) await endGroup(file);
}

/** Both kinds lead a process group of their own. The file holds `pid startTime`, a timer's `pid.startTime`. */
async function endGroup(file: string): Promise<void> {
  try {
    const [pid = '', startTime = ''] = (await readFile(file, 'utf8')).trim().split(/[ .]/);
    if (isSameProcess({ pid: Number(pid), startTime })) process.kill(-Number(pid), 'SIGKILL');
  } catch {
    // The file or the process went meanwhile: it ended by itself.
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch {
    // Nothing was ever put there.
    return [];
  }
}
