import { join, relative } from 'node:path';
import { packConstruct } from './release-files.ts';

/** `npm run pack`: writes dist/restitch-construct-VERSION.tgz and prints its path. */
const tarball = await packConstruct(join(import.meta.dirname, '..', 'dist'));
process.stdout.write(`${relative(process.cwd(), tarball)}\n`);
