import { mkdir, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { mustRun, runProgram } from '../../../lab/run-program.ts';

const PAGE_BYTES = 4096;

/** A file system of its own in the place of a folder: it can be full, or not writable. */
export interface SmallDisk {
  /** Takes all room but for some pages. */
  fill(freePages?: number): Promise<void>;
  /** A shell command that fills it. */
  readonly filling: string;
  /** Gives the room back. */
  drain(): Promise<void>;
  readOnly(isReadOnly: boolean): Promise<void>;
  remove(): Promise<void>;
}

/** Mounts it. The keeper of the namespaces unmounts it when the test process cannot. */
export async function mountSmallDisk(folder: string): Promise<SmallDisk> {
  await mkdir(folder, { recursive: true });
  await mustRun(['mount', '-t', 'tmpfs', '-o', 'size=4m,mode=755', 'tmpfs', folder]);
  const fill = join(folder, 'fill');
  const put = (pages: number) => runProgram(['dd', 'if=/dev/zero', `of=${fill}`, `bs=${PAGE_BYTES}`, `count=${pages}`]);
  return {
    fill: async (freePages = 0) => {
      await mustRun(['rm', '-f', fill]);
      const { bavail, bsize } = await statfs(folder);
      await put((bavail * bsize) / PAGE_BYTES - freePages);
      const left = (await statfs(folder)).bavail;
      if (left !== freePages) throw new Error(`${left} pages are free, not ${freePages}`);
    },
    filling: `dd if=/dev/zero of='${fill}' bs=${PAGE_BYTES} 2>/dev/null`,
    drain: async () => {
      await mustRun(['rm', '-f', fill]);
    },
    readOnly: async (isReadOnly) => {
      await mustRun(['mount', '-o', `remount,${isReadOnly ? 'ro' : 'rw'}`, folder]);
    },
    remove: async () => {
      await runProgram(['umount', '-l', folder]);
    },
  };
}
