import { chmod, chown, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { replace } from './attacked-node.ts';
import { everyDocument } from './every-document.ts';
import type { NamespaceNode } from './namespace-pair.ts';

const SOMEBODY = 65_534;

export const contents = async (folder: string) =>
  Object.fromEntries(
    await Promise.all((await readdir(folder)).map(async (name) => [name, await readFile(join(folder, name), 'utf8')])),
  );

export const RUN = 'run/restitch';
export const STATE = 'var/lib/restitch';
const acting = ['apply', 'bounce', 'confirm', 'rollback', 'restart-agent'];
export const foldersOf: Readonly<Record<string, readonly string[]>> = {
  [RUN]: [...acting, 'read-journal', 'expect', 'diagnose'],
  [STATE]: [...acting, 'read-journal', 'expect'],
  [`${STATE}/journal`]: [...acting, 'read-journal'],
  [`${RUN}/armed`]: [...acting, 'read-journal'],
  [`${RUN}/lock`]: acting,
};

/** Everything that can be in the place of a folder of ours, and how the answer calls it. */
export const replacements: Readonly<
  Record<string, readonly [make: (path: string, victim: string) => Promise<void>, called: string]>
> = {
  'a link to a folder of somebody else': [(path, victim) => symlink(victim, path), 'is a link'],
  'a link to nowhere': [(path) => symlink('/nonexistent/folder', path), 'is a link'],
  'a file': [(path) => writeFile(path, 'x'), 'cannot be made'],
  'a folder that all may write to': [
    async (path) => {
      await mkdir(path);
      await chmod(path, 0o777);
    },
    'can be written by other users',
  ],
  'a folder that a group may write to': [
    async (path) => {
      await mkdir(path);
      await chmod(path, 0o770);
    },
    'can be written by other users',
  ],
  'a folder of another user': [
    async (path) => {
      await mkdir(path, { mode: 0o755 });
      await chown(path, SOMEBODY, SOMEBODY);
    },
    'belongs to another user',
  ],
};

/** What is in the place of a folder is refused by every document that would use it, and nothing of somebody else is touched. */
export async function expectRefusal(node: NamespaceNode, victim: string, path: string, what: string): Promise<void> {
  const [make, called] = replacements[what] ?? [];
  if (make === undefined) throw new TypeError(what);
  await replace(node, path, (at) => make(at, victim));
  const [tables, files] = [await node.tables(), await contents(victim)];
  for (const [document, parameters] of everyDocument) {
    if (!foldersOf[path]?.includes(document)) continue;
    const { code, stdout } = await node.run(document, parameters());
    expect(JSON.parse(stdout)).toMatchObject({
      action: document,
      status: 'refused',
      reason: `${join(node.root, path)} ${called}`,
    });
    expect(code).toBe(3);
  }
  expect(await node.tables()).toBe(tables);
  expect(await contents(victim)).toEqual(files);
}
