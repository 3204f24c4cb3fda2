import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { heldIncident, ordinaryIncident, summaryOf } from '../../test/fakes/counted-incident.ts';
import { Counted } from './counted.ts';
import { scalePage } from './scale-page.ts';

/** `npm run scale`: writes the tables of docs/scale.md and prints them. With `--count` what one incident asks is counted first. */
const counts = join(import.meta.dirname, 'counted.json');
const page = join(import.meta.dirname, '..', '..', 'docs', 'scale.md');
if (process.argv.includes('--count')) {
  const counted: Counted = {
    ordinary: summaryOf((await ordinaryIncident(10)).calls),
    held: summaryOf((await heldIncident(10)).calls),
  };
  writeFileSync(counts, `${JSON.stringify(counted, null, 2)}\n`);
}
const text = scalePage(Counted.parse(JSON.parse(readFileSync(counts, 'utf8'))));
writeFileSync(page, text);
process.stdout.write(text);
