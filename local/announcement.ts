import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type * as z from 'zod';

/** A file of a state folder, readable by its owner only, by which a running `npm start` tells other processes something. */
export interface Announcement<T> {
  /** Returns how to take it back. */
  readonly make: (stateDir: string, value: T) => Promise<() => Promise<void>>;
  /** Undefined: nothing is announced, or the file is written only by half. */
  readonly read: (stateDir: string) => Promise<T | undefined>;
}

export function announcement<T>(fileName: string, schema: z.ZodType<T>): Announcement<T> {
  const pathOf = (stateDir: string) => join(stateDir, fileName);
  return {
    make: async (stateDir, value) => {
      await writeFile(pathOf(stateDir), JSON.stringify(value), { mode: 0o600 });
      return () => rm(pathOf(stateDir), { force: true });
    },
    read: async (stateDir) => {
      try {
        return schema.parse(JSON.parse(await readFile(pathOf(stateDir), 'utf8')));
      } catch {
        return undefined;
      }
    },
  };
}
