import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { OverlayName } from '../../core/overlay/overlay-name.ts';
import { overlayNames } from '../../core/overlay/overlay-name.ts';

const Kept = z.enum(overlayNames);

/** The backend that this folder's fleet was last built with; undefined: there was none yet. */
export async function keptBackend(stateDir: string): Promise<OverlayName | undefined> {
  try {
    return Kept.parse((await readFile(fileIn(stateDir), 'utf8')).trim());
  } catch {
    // Never built, or by a version that knew one backend only.
    return undefined;
  }
}

export async function keepBackend(stateDir: string, backend: OverlayName): Promise<void> {
  await mkdir(stateDir, { recursive: true });
  await writeFile(fileIn(stateDir), `${backend}\n`);
}

function fileIn(stateDir: string): string {
  return join(stateDir, 'lab-backend');
}
