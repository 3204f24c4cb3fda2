import { simulate } from './simulate.ts';

process.exitCode = await simulate(process.argv.slice(2), (line) => process.stdout.write(`${line}\n`));
