import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { enterHost } from './enter.ts';
import type { Names } from './names.ts';

/** The kernel names a script's process after its file. It only has to be there: what flanneld does, `up` has done. */
const SCRIPT = '#!/bin/sh\nwhile :; do sleep 3600; done\n';
const EXECUTABLE = 0o755;

/** Starts the stub of flanneld on a host. */
export async function startFlanneld(names: Names, host: string): Promise<void> {
  const program = join(names.hostDir(host), 'flanneld');
  await writeFile(program, SCRIPT);
  await chmod(program, EXECUTABLE);
  const start = '"$1" >/dev/null 2>&1 </dev/null &';
  await enterHost(names, host, { argv: ['sh', '-c', start, 'start', program], timeoutMs: 5_000 });
}
