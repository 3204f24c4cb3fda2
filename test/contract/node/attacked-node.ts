import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { endTimers } from './armed-repair.ts';
import { applyParameters, expectParameters } from './every-document.ts';
import type { NamespaceNode } from './namespace-pair.ts';
import { onHealthyPair } from './on-pair.ts';
import { mountSmallDisk } from './small-disk.ts';

const BREAKS = 'ip route del 10.42.2.0/24 dev flannel.1';

/** A node that has lost a peer's route. */
export const onBrokenNode = onHealthyPair.extend('broken', async ({ node, onTestFinished }) => {
  onTestFinished(() => endTimers(node));
  await node.exec(BREAKS);
  return { tables: await node.tables() };
});

export const isMended = async (node: NamespaceNode) => (await node.exec('ip route show 10.42.2.0/24')) !== '';

/** The same, where the folders for work and for state are file systems of their own. */
export const onSmallDisks = onBrokenNode.extend('disks', async ({ node, broken: _, onTestFinished }) => {
  const run = await mountSmallDisk(join(node.root, 'run'));
  const state = await mountSmallDisk(join(node.root, 'var/lib'));
  onTestFinished(async () => {
    await endTimers(node);
    await run.remove();
    await state.remove();
  });
  return { run, state };
});

/** Files of a folder and of those below it, but for what fills its disk. */
export const filesBelow = async (folder: string) =>
  (await readdir(folder, { recursive: true }).catch(() => [])).filter((name) => name !== 'fill').toSorted();

export const journalOf = ({ root }: NamespaceNode) => filesBelow(join(root, 'var/lib/restitch/journal'));

/** A node that has been repaired before, and files of somebody else, in a folder that links lead to. */
export const onNodeWithVictim = onHealthyPair.extend('victim', async ({ node, onTestFinished }) => {
  onTestFinished(() => endTimers(node));
  await node.act('apply', applyParameters());
  await node.act('expect', expectParameters('1600000000000'));
  const folder = join(node.root, 'etc');
  await mkdir(folder);
  for (const name of ['passwd', 'shadow.new', '99999999.1'])
    await writeFile(join(folder, name), `5\nsecret of ${name}\n`);
  return folder;
});

/** Puts something into the place of a path of the node. */
export async function replace(
  node: NamespaceNode,
  path: string,
  make: (path: string) => Promise<unknown>,
): Promise<void> {
  await rm(join(node.root, path), { recursive: true, force: true });
  await make(join(node.root, path));
}
