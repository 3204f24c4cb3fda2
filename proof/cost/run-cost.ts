import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { costPage } from './cost-page.ts';
import { countUsage } from './count-usage.ts';
import { Counted } from './usage.ts';

/** `npm run cost`: writes docs/cost.md and prints it. With `--count` the calls are counted first. */
const counts = join(import.meta.dirname, 'counted.json');
if (process.argv.includes('--count')) {
  const say = (line: string) => void process.stderr.write(`${line}\n`);
  const stopping = new AbortController();
  process.once('SIGINT', () => stopping.abort());
  writeFileSync(counts, `${JSON.stringify(await countUsage(say, stopping.signal), null, 2)}\n`);
}
const page = costPage(Counted.parse(JSON.parse(readFileSync(counts, 'utf8'))));
writeFileSync(join(import.meta.dirname, '..', '..', 'docs', 'cost.md'), page);
process.stdout.write(page);
