import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkFleet } from '../../../lab/check-fleet.ts';
import { createNamespaceFleet } from '../../../lab/namespaces/create-namespace-fleet.ts';
import { namesFor } from '../../../lab/namespaces/names.ts';
import { presentNamespaces } from '../../../lab/namespaces/take-down.ts';
import { startOwner } from './fleet-owner.ts';
import { labFolders } from './lab-folders.ts';

const makeFolder = labFolders();

describe('two fleets', () => {
  it('live side by side, and each takes down only its own', async () => {
    const [one, two] = [await makeFolder(), await makeFolder()];
    const first = await createNamespaceFleet({ stateDir: one, orphanGraceSeconds: 5 });
    const second = await createNamespaceFleet({ stateDir: two, orphanGraceSeconds: 5 });
    await first.down();
    expect(await presentNamespaces(namesFor(one))).toEqual([]);
    expect((await checkFleet(second)).healthy).toBe(true);
    await second.down();
    expect(await presentNamespaces(namesFor(two))).toEqual([]);
    expect(existsSync(join(two, 'lab'))).toBe(false);
  });
});

describe('when the owner of a fleet is killed', () => {
  it('the next owner finds it as it was', async () => {
    const folder = await makeFolder();
    const owner = await startOwner(folder, 60);
    await owner.kill();
    const fleet = await createNamespaceFleet({ stateDir: folder, orphanGraceSeconds: 60 });
    expect((await checkFleet(fleet)).healthy).toBe(true);
    await fleet.down();
  });
});
