import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fleet, FleetHost } from '../../lab/fleet.ts';
import { buildWatchdogFrom } from '../../monitoring/watchdog/build-watchdog.ts';

/** As restitch-watchdog.timer has it. */
const EVERY_MS = 30_000;
const TIMEOUT_MS = 60_000;
/** Inside a host; from outside it lies in the host's durable folder. */
const WATCHDOG_FOLDER = '/var/lib/restitch';

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
  const script = buildWatchdogFrom();
  const runAll = async ({ name }: FleetHost) => {
    while (!stopped.signal.aborted && !silent.has(name)) {
      const due = Date.now() + EVERY_MS / factor;
      await fleet.exec(name, {
        argv: ['sh', '-c', script],
        env: {
          WATCHDOG_OUT: `${WATCHDOG_FOLDER}/textfile/restitch.prom`,
          WATCHDOG_NODE: name,
        },
        timeoutMs: TIMEOUT_MS,
      });
      await sleep(Math.max(0, due - Date.now()), undefined, { signal: stopped.signal }).catch(() => undefined);
    }
  };
  await Promise.all(
    fleet.hosts.map(({ name }) =>
      fleet.exec(name, { argv: ['mkdir', '-p', `${WATCHDOG_FOLDER}/textfile`], timeoutMs: TIMEOUT_MS }),
    ),
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
