import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { buildPackage } from './build-package.ts';

/** `npm run pack`: writes dist/restitch-construct-VERSION.tgz and prints its path. */
const dist = join(import.meta.dirname, '..', 'dist');
const folder = join(dist, 'construct');
await buildPackage(folder);
mkdirSync(dist, { recursive: true });
const name = execFileSync('npm', ['pack', '--loglevel', 'error', '--pack-destination', dist], {
  cwd: folder,
  encoding: 'utf8',
}).trim();
process.stdout.write(`${relative(process.cwd(), join(dist, name))}\n`);
