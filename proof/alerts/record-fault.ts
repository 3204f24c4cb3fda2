import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from '../../core/safety/cluster.ts';
import type { ExpectedFleet } from '../../core/watchdog/expected-network-file.ts';
import { settingsFrom } from '../../functions/runbook/config.ts';
import type { Fault } from '../../lab/fault.ts';
import type { Fleet } from '../../lab/fleet.ts';
import type { LocalConfig } from '../../local/config.ts';
import { hostsHeard, keepExpectedNetworks, type Scrape, scrapeFleet } from './scrape-fleet.ts';

/** What the watchdogs of a fleet said before a fault, soon after it, and in one or more runs a little later. */
export interface Recording {
  readonly fault: string;
  readonly before: Scrape;
  readonly after: readonly [Scrape, Scrape, ...Scrape[]];
}

const BETWEEN_MS = 2_000;

/** Everything that the expected network of a lab's node is made of, as its Node objects are now. */
export async function expectedFleet(
  fleet: Fleet,
  cluster: Pick<Cluster, 'listNodes'>,
  config: LocalConfig,
): Promise<ExpectedFleet> {
  const { labels, vxlanDevice, wireguardDevice } = settingsFrom(config);
  return {
    nodes: await cluster.listNodes(),
    labels,
    inventory: fleet.inventory,
    devices: { vxlanDevice, wireguardDevice },
  };
}

/** Injects a fault into a healthy fleet and records what its watchdogs say. `before` is of the same fleet, healthy. */
export async function recordFault(
  fleet: Fleet,
  fault: Fault,
  before: Scrape,
  expected: () => Promise<ExpectedFleet>,
): Promise<Recording> {
  await keepExpectedNetworks(fleet, await expected());
  await fleet.inject(fault.name);
  if (fault.nodeChanges !== undefined) await keepExpectedNetworks(fleet, await expected());
  await sleep(1_000 * (fault.settleSeconds ?? 0));
  const heard = await hostsHeard(fleet);
  const first = await scrapeFleet(fleet, heard);
  await sleep(BETWEEN_MS);
  return { fault: fault.name, before, after: [first, await scrapeFleet(fleet, heard)] };
}
