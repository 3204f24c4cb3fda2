import { drillTemplate } from './drill-template.ts';

/** `npm run e2e:template`. Exit 1: a fault was not healed, or a function called what its role does not allow. */
const say = (line: string) => void process.stdout.write(`${line}\n`);
const stopping = new AbortController();
process.once('SIGINT', () => stopping.abort());

const { drills, refused, called } = await drillTemplate(say, stopping.signal);
say('');
for (const { healed, why, incident } of drills)
  say(`${incident?.incidentId ?? 'no incident'}: ${healed ? 'healed' : 'not healed'}, ${why}`);
say('');
for (const [functionId, actions] of called) say(`${functionId}: ${[...actions].toSorted().join(', ')}`);
for (const call of refused) say(`refused: ${call}`);
process.exitCode = drills.every(({ healed }) => healed) && refused.length === 0 ? 0 : 1;
