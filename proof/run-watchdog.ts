import type { ExecResult, Fleet } from '../lab/fleet.ts';
import { buildWatchdogFrom } from '../monitoring/watchdog/build-watchdog.ts';

const TIMEOUT_MS = 60_000;
const script = buildWatchdogFrom();

/** Runs the watchdog on a host once. `out`: the file there that it writes; `-` prints. */
export function runWatchdog(fleet: Fleet, host: string, out: string): Promise<ExecResult> {
  return fleet.exec(host, {
    argv: ['sh', '-c', script],
    env: { WATCHDOG_OUT: out, WATCHDOG_NODE: host },
    timeoutMs: TIMEOUT_MS,
  });
}
