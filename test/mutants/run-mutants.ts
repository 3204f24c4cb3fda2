import { mutants } from './mutants.ts';

process.exitCode = await mutants(process.argv.slice(2), (line) => process.stdout.write(`${line}\n`));
