import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from '../../../lab/run-program.ts';
import { createFakeFleet, type FakeFleet } from '../../fakes/fake-fleet.ts';

const ENTER = 'cd "$1" || exit 126; shift; exec "$@"';

/** A fleet whose hosts are folders: programs really run, each in the folder of its host. */
export async function createShellFleet(dir: string, names: readonly string[]): Promise<FakeFleet> {
  await Promise.all(names.map((name) => mkdir(join(dir, name), { recursive: true })));
  return {
    ...createFakeFleet(names),
    exec: (name, { argv, env, stdin, timeoutMs }) =>
      runProgram(['/bin/sh', '-c', ENTER, 'enter', join(dir, name), ...argv], {
        env: { PATH: '/usr/bin:/bin', ...env },
        timeoutMs,
        ...(stdin === undefined ? {} : { stdin }),
      }),
  };
}
