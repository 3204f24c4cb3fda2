import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findVariant } from '../variants/catalogue.ts';
import type { LabVariant } from '../variants/lab-variant.ts';

/** The variant that this folder's fleet was last built as; undefined: there was none yet, or one that is no more. */
export async function keptVariant(stateDir: string): Promise<LabVariant | undefined> {
  try {
    return findVariant((await readFile(fileIn(stateDir), 'utf8')).trim());
  } catch {
    // Never built.
    return undefined;
  }
}

export async function keepVariant(stateDir: string, { name }: LabVariant): Promise<void> {
  await mkdir(stateDir, { recursive: true });
  await writeFile(fileIn(stateDir), `${name}\n`);
}

/** Three variants have the names of flannel's backends, which this file held when fleets differed in nothing else. */
function fileIn(stateDir: string): string {
  return join(stateDir, 'lab-backend');
}
