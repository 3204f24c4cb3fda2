import { join } from 'node:path';
import type { Fleet, FleetHost } from '../../lab/fleet.ts';
import { pause } from '../../local/pause.ts';
import { runWatchdog } from '../run-watchdog.ts';

/** As restitch-watchdog.timer has it. */
const EVERY_MS = 30_000;
const TIMEOUT_MS = 10_000;
/** Inside a host; from outside it lies in the host's durable folder. */
const TEXTFILES = '/var/lib/restitch/textfile';

export interface Watchdogs {
  /** Where node_exporter finds what a host's watchdog wrote. */
  readonly textfiles: readonly string[];
  /** From now on the host's watchdog is not started any more. */
  silence(host: string): void;
  stop(): Promise<void>;
}

/** The timer of every host: runs its watchdog, which writes for the textfile collector, `factor` times as often as systemd would. */
export async function startWatchdogs(fleet: Fleet, factor: number): Promise<Watchdogs> {
  const stopped = new AbortController();
  const silent = new Set<string>();
  const runAll = async ({ name }: FleetHost) => {
    while (!stopped.signal.aborted && !silent.has(name)) {
      const due = Date.now() + EVERY_MS / factor;
      await runWatchdog(fleet, name, `${TEXTFILES}/restitch.prom`);
      await pause(Math.max(0, due - Date.now()), stopped.signal);
    }
  };
  await Promise.all(
    fleet.hosts.map(({ name }) => fleet.exec(name, { argv: ['mkdir', '-p', TEXTFILES], timeoutMs: TIMEOUT_MS })),
  );
  const running = fleet.hosts.map(runAll);
  return {
    textfiles: fleet.hosts.map(({ durableDir }) => join(durableDir, 'textfile')),
    silence: (host) => void silent.add(host),
    stop: async () => {
      stopped.abort();
      await Promise.all(running);
    },
  };
}
