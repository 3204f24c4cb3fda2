import { type ExpectedFleet, expectedNetworkFile } from '../../core/watchdog/expected-network-file.ts';
import type { Fleet } from '../../lab/fleet.ts';
import { runWatchdog } from '../run-watchdog.ts';

/** What one run of the watchdog on every host said, by host; a host is missing where it could tell nobody. */
export interface Scrape {
  /** Epoch seconds. */
  readonly at: number;
  readonly text: Readonly<Record<string, string>>;
}

const TIMEOUT_MS = 60_000;
/** Where the watchdog looks for it. */
const EXPECTED = '/var/lib/restitch/expected-network';
const keepFile = `cat >${EXPECTED}`;

/** Writes the expected network on every host, as Restitch would keep it. A node without a known overlay gets none. */
export async function keepExpectedNetworks(fleet: Fleet, expected: ExpectedFleet): Promise<void> {
  await Promise.all(
    fleet.hosts.map(({ name }) =>
      fleet.exec(name, {
        argv: ['sh', '-c', keepFile],
        stdin: expectedNetworkFile(name, expected),
        timeoutMs: TIMEOUT_MS,
      }),
    ),
  );
}

/** The hosts whose own uplink works: what a host says gets out by it, beside the tunnel. */
export async function hostsHeard(fleet: Fleet): Promise<readonly string[]> {
  const heard = await Promise.all(fleet.hosts.map(async ({ name }) => ((await fleet.hasWayOut(name)) ? [name] : [])));
  return heard.flat();
}

/** Runs the watchdog on hosts at the same time. */
export async function scrapeFleet(fleet: Fleet, heard: readonly string[]): Promise<Scrape> {
  const at = Date.now() / 1_000;
  const told = await Promise.all(
    heard.map(async (name) => {
      const { stdout, code } = await runWatchdog(fleet, name, '-');
      return code === 0 ? [[name, stdout] as const] : [];
    }),
  );
  return { at, text: Object.fromEntries(told.flat()) };
}
