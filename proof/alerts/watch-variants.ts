import { setTimeout as sleep } from 'node:timers/promises';
import type { LabVariant } from '../../lab/variants/lab-variant.ts';
import { firedAlerts, nameOf } from './fired-alerts.ts';
import type { Recording } from './record-fault.ts';
import { hostsHeard, type Scrape, scrapeFleet } from './scrape-fleet.ts';
import { withWatchedFleet } from './with-watched-fleet.ts';

const BETWEEN_MS = 2_000;
/** Where two runs are not enough: a packet that is lost by chance is not lost in every run. */
const MORE_RUNS = 13;

type Watched =
  | { readonly type: 'recorded'; readonly recording: Recording }
  | { readonly type: 'not-judged'; readonly why: string };

/** The watchdogs of a fleet in which nothing is broken. Not judged: a node that is not there is rightly told as unreachable. */
function recordHealthy(variant: LabVariant, moreRuns = 0): Promise<Watched> {
  return withWatchedFleet(variant, async (fleet, expected) => {
    const { nodes } = await expected();
    const absent = nodes.filter(({ metadata }) => !fleet.hosts.some(({ name }) => name === metadata.name));
    if (absent.length > 0) return { type: 'not-judged', why: `${absent.length} of its nodes are Node objects alone` };
    const heard = await hostsHeard(fleet);
    const before = await scrapeFleet(fleet, heard);
    const first = await scrapeFleet(fleet, heard);
    await sleep(BETWEEN_MS);
    const second = await scrapeFleet(fleet, heard);
    const more: Scrape[] = [];
    while (more.length < moreRuns) more.push(await scrapeFleet(fleet, heard));
    return { type: 'recorded', recording: { fault: variant.name, before, after: [first, second, ...more] } };
  });
}

/** Alerts, and remarks, which are for people and not for Restitch. */
interface Told {
  readonly alerts: readonly string[];
  readonly remarks: readonly string[];
}

/**
 * Brings every variant up without a fault and says which alerts fire within ten minutes. True when none does; remarks are printed
 * and count as none.
 */
export async function watchVariants(
  variants: readonly LabVariant[],
  ruleFile: string,
  rules: readonly string[],
  say: (line: string) => void,
): Promise<boolean> {
  const toldBy = async (watched: Extract<Watched, { type: 'recorded' }>): Promise<Told> => {
    const fired = (await firedAlerts(watched.recording, ruleFile, rules)).flat();
    const names = (isRemark: boolean) =>
      [...new Set(fired.filter((each) => (each['restitch_rank'] === 'remark') === isRemark).map(nameOf))].toSorted();
    return { alerts: names(false), remarks: names(true) };
  };
  let quiet = true;
  for (const variant of variants) {
    const name = variant.name.padEnd(34);
    try {
      let watched = await recordHealthy(variant);
      if (watched.type === 'recorded' && (await toldBy(watched)).alerts.length > 0)
        watched = await recordHealthy(variant, MORE_RUNS);
      if (watched.type === 'not-judged') {
        say(`-      ${name} not judged: ${watched.why}`);
        continue;
      }
      const { alerts, remarks } = await toldBy(watched);
      quiet &&= alerts.length === 0;
      say(`${alerts.length === 0 ? 'quiet' : 'FIRES'}  ${name} ${[...alerts, ...remarks].join(', ')}`);
    } catch (error) {
      quiet = false;
      say(`FAILED ${name} ${String(error)}`);
    }
  }
  return quiet;
}
