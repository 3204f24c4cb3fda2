import { join } from 'node:path';
import { fuzz } from './fuzz.ts';
import { targets } from './targets.ts';

process.exitCode = await fuzz(process.argv.slice(2), (line) => process.stdout.write(`${line}\n`), {
  targets,
  module: new URL('targets.ts', import.meta.url).href,
  folder: join(process.cwd(), '.restitch', 'fuzz'),
});
