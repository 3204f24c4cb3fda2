import { openNetworkStore } from './network-store.ts';
import type { Outcome } from './outcome.ts';
import { runCommand } from './run-command.ts';

/** Runs one program on one host of the fleet whose state is at `statePath`, now. A fleet that is gone is a failed program. */
export function runOnce(
  statePath: string,
  host: string,
  program: string,
  words: readonly string[],
): Omit<Outcome, 'host'> {
  const store = openNetworkStore(statePath);
  if (store === undefined) return { code: 1, stdout: '', stderr: `${program}: the simulated fleet was taken down\n` };
  try {
    return runCommand(store, host, program, words, Math.floor(Date.now() / 1_000));
  } finally {
    store.close();
  }
}
