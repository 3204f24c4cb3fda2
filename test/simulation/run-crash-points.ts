import { countDeaths } from './count-deaths.ts';

process.exitCode = await countDeaths(process.argv.slice(2), (line) => process.stdout.write(`${line}\n`));
