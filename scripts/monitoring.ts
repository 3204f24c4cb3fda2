import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderedFiles } from '../monitoring/rendered-files.ts';

/** `npm run monitoring`: writes the files of monitoring/ that are made from others. */
const EXECUTABLE = 0o755;
const folder = join(import.meta.dirname, '..', 'monitoring');
for (const [file, text] of Object.entries(renderedFiles())) {
  writeFileSync(join(folder, file), text);
  if (text.startsWith('#!')) chmodSync(join(folder, file), EXECUTABLE);
}
