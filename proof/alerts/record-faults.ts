import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Fault, variantOf } from '../../lab/fault.ts';
import { faultCatalogue } from '../../lab/faults/catalogue.ts';
import type { Fleet } from '../../lab/fleet.ts';
import { variantCatalogue } from '../../lab/variants/catalogue.ts';
import type { LabVariant } from '../../lab/variants/lab-variant.ts';
import { chooseFaults } from '../choose-faults.ts';
import { recordFault } from './record-fault.ts';
import { hostsHeard, scrapeFleet } from './scrape-fleet.ts';
import { withWatchedFleet } from './with-watched-fleet.ts';

/**
 * `npm run record-alerts [-- --only NAME,NAME]`: injects faults into the lab and stores what the watchdogs say in
 * .restitch/alerts, one file per fault, for `npm run alerts`.
 */
const { values } = parseArgs({ options: { only: { type: 'string' } } });
const folder = join(import.meta.dirname, '..', '..', '.restitch', 'alerts');
const say = (line: string) => process.stdout.write(`${line}\n`);
const choice = await chooseFaults(values.only, faultCatalogue);
if (choice.type === 'refused') {
  say(choice.why);
  process.exit(2);
}
await mkdir(folder, { recursive: true });
for (const variant of variantCatalogue) {
  const own = choice.faults.filter((fault) => variantOf(fault) === variant.name);
  if (own.length > 0) await recordOnVariant(variant, own);
}

/** A busy machine may need a second try. */
async function cleared(fleet: Fleet): Promise<void> {
  await fleet.clear().catch(() => fleet.clear());
}

function recordOnVariant(variant: LabVariant, faults: readonly Fault[]): Promise<void> {
  return withWatchedFleet(variant, async (fleet, expected) => {
    const before = await scrapeFleet(fleet, await hostsHeard(fleet));
    for (const [index, fault] of faults.entries()) {
      try {
        if (index > 0) await cleared(fleet);
        const recording = await recordFault(fleet, fault, before, expected);
        await writeFile(join(folder, `${fault.name}.json`), `${JSON.stringify(recording)}\n`);
        say(`${fault.name}: ${Object.keys(recording.after[1].text).join(' ')}`);
      } catch (error) {
        say(`FAILED: ${fault.name}: ${String(error)}`);
      }
    }
  });
}
