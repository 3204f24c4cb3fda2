import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

const MEGABYTE = 1_048_576;

/** What the files of a folder hold, in whole megabytes. Files that are gone before they are looked at hold nothing. */
export async function folderMegabytes(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const sizes = await Promise.all(files.map((file) => stat(file).catch(() => null)));
  return Math.round(sizes.reduce((sum, each) => sum + (each?.size ?? 0), 0) / MEGABYTE);
}
