import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isSameProcess } from '../process-identity.ts';
import { namesFor } from './names.ts';
import { Owner } from './owner.ts';
import { takeDown } from './take-down.ts';

/**
 * The keeper of one fleet: a process of its own that takes the fleet down when its owner is gone, was killed say, and no
 * new owner came within the grace time. Arguments: state folder, grace in seconds.
 */
const [stateDir = '', graceSeconds = '120'] = process.argv.slice(2);
const names = namesFor(stateDir);
const POLL_MS = 500;

let orphanedForMs = 0;
for (;;) {
  const owner = await readOwner();
  if (owner === undefined) break;
  orphanedForMs = isSameProcess(owner) ? 0 : orphanedForMs + POLL_MS;
  if (orphanedForMs >= Number(graceSeconds) * 1_000) {
    await takeDown(names);
    break;
  }
  await sleep(POLL_MS);
}

/** Undefined: the fleet was taken down, there is nothing to keep. */
async function readOwner(): Promise<Owner | undefined> {
  try {
    return Owner.parse(JSON.parse(await readFile(join(names.runDir, 'owner.json'), 'utf8')));
  } catch {
    // The run folder goes with the fleet.
    return undefined;
  }
}
