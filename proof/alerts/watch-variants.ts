import { setTimeout as sleep } from 'node:timers/promises';
import type { LabVariant } from '../../lab/variants/lab-variant.ts';
import { firedAlerts, nameOf } from './fired-alerts.ts';
import type { Recording } from './record-fault.ts';
import { hostsHeard, scrapeFleet } from './scrape-fleet.ts';
import { withWatchedFleet } from './with-watched-fleet.ts';

const BETWEEN_MS = 2_000;

type Watched =
  | { readonly type: 'recorded'; readonly recording: Recording }
  | { readonly type: 'not-judged'; readonly why: string };

/** The watchdogs of a fleet in which nothing is broken. Not judged: a node that is not there is rightly told as unreachable. */
function recordHealthy(variant: LabVariant): Promise<Watched> {
  return withWatchedFleet(variant, async (fleet, expected) => {
    const { nodes } = await expected();
    const absent = nodes.filter(({ metadata }) => !fleet.hosts.some(({ name }) => name === metadata.name));
    if (absent.length > 0) return { type: 'not-judged', why: `${absent.length} of its nodes are Node objects alone` };
    const heard = await hostsHeard(fleet);
    const before = await scrapeFleet(fleet, heard);
    const first = await scrapeFleet(fleet, heard);
    await sleep(BETWEEN_MS);
    const after = [first, await scrapeFleet(fleet, heard)] as const;
    return { type: 'recorded', recording: { fault: variant.name, before, after } };
  });
}

/**
 * Brings every variant up without a fault and says which alerts fire within ten minutes. True when none does; remarks, which are for
 * people and not for Restitch, are printed and count as none.
 */
export async function watchVariants(
  variants: readonly LabVariant[],
  ruleFile: string,
  alerts: readonly string[],
  say: (line: string) => void,
): Promise<boolean> {
  let quiet = true;
  for (const variant of variants) {
    try {
      const watched = await recordHealthy(variant);
      if (watched.type === 'not-judged') {
        say(`-      ${variant.name.padEnd(34)} not judged: ${watched.why}`);
        continue;
      }
      const fired = (await firedAlerts(watched.recording, ruleFile, alerts)).flat();
      const names = (isRemark: boolean) =>
        [...new Set(fired.filter((each) => (each['restitch_rank'] === 'remark') === isRemark).map(nameOf))].toSorted();
      const told = names(false);
      quiet &&= told.length === 0;
      say(
        `${told.length === 0 ? 'quiet' : 'FIRES'}  ${variant.name.padEnd(34)} ${[...told, ...names(true)].join(', ')}`,
      );
    } catch (error) {
      quiet = false;
      say(`FAILED ${variant.name.padEnd(34)} ${String(error)}`);
    }
  }
  return quiet;
}
