import { join } from 'node:path';
import { writeRelease } from './release-files.ts';

/** `npm run release`: writes what a release hands out into dist, and prints the list of it. */
const dist = join(import.meta.dirname, '..', 'dist');
await writeRelease(dist);
process.stdout.write('dist/SHA256SUMS\n');
