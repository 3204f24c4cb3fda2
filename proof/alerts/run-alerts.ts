import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { hypothesize } from '../../core/alert/hypothesize.ts';
import { faultCatalogue } from '../../lab/faults/catalogue.ts';
import { renderedFiles } from '../../monitoring/rendered-files.ts';
import { allRules } from '../../monitoring/rules/rule-groups.ts';
import { firedAlerts } from './fired-alerts.ts';
import { postedAlerts } from './posted-alerts.ts';
import type { Recording } from './record-fault.ts';

/** `npm run alerts`: which alert fires for each fault that record-faults.ts recorded, and which class it says first. */
const { values } = parseArgs({ options: { only: { type: 'string' } } });
const root = join(import.meta.dirname, '..', '..');
const say = (line: string) => process.stdout.write(`${line}\n`);
const folder = await mkdtemp(join(tmpdir(), 'restitch-rules-'));
const ruleFile = join(folder, 'restitch.rules.yml');
const names = allRules.map(({ name }) => name);
await writeFile(ruleFile, renderedFiles()['rules/restitch.rules.yml'] ?? '');
let right = 0;
let all = 0;
try {
  for (const fault of faultCatalogue.filter(({ name }) => values.only?.split(',').includes(name) ?? true)) {
    const file = join(root, '.restitch', 'alerts', `${fault.name}.json`);
    if (!existsSync(file)) continue;
    const recording: Recording = JSON.parse(await readFile(file, 'utf8'));
    const fired = await firedAlerts(recording, ruleFile, names);
    const posted = postedAlerts(fired, fault.alertingNode);
    const [first] = posted;
    // Where nothing fires nobody is called: right for a fleet that is healthy.
    const hypothesis = first === undefined ? 'healthy' : hypothesize(first);
    const isRight = hypothesis === fault.label.class || hypothesis === fault.orLabel?.class;
    all += 1;
    right += isRight ? 1 : 0;
    const told = posted.map(({ alertname, node }) => `${alertname}@${node}`).join(' ');
    say(
      `${isRight ? 'right' : 'WRONG'}  ${fault.name.padEnd(34)} ${fault.label.class}/${fault.label.cause}@${fault.label.hostAtFault} | ${hypothesis} | ${told}`,
    );
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
say(`${right} of ${all}`);
