import { readFileSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { namespaceObstacles } from '../../../lab/namespaces/namespace-obstacles.ts';
import { onNodeWithVictim as it } from './attacked-node.ts';
import { applyParameters, armedParameters, expectParameters } from './every-document.ts';
import { contents, expectRefusal, foldersOf, RUN, replacements, STATE } from './foreign-folders.ts';
import type { NamespaceNode } from './namespace-pair.ts';

const obstacles = await namespaceObstacles();
const why = obstacles.length === 0 ? '' : ` (skipped: ${obstacles.join('; ')})`;

/** In the short test. */
const QUICK = 'run/restitch/lock a link to a folder of somebody else';

describe.skipIf(obstacles.length > 0)(`folders that are not root’s alone${why}`, { concurrent: true }, () => {
  const others = Object.keys(foldersOf)
    .flatMap((path) => Object.keys(replacements).map((what) => ({ path, what })))
    .filter(({ path, what }) => `${path} ${what}` !== QUICK);
  it.for(others)('$path as $what is refused by every document that would use it', ({ path, what }, { node, victim }) =>
    expectRefusal(node, victim, path, what),
  );

  it('and what the documents make themselves nobody else may read or write', async ({ node, victim }) => {
    await rename(victim, join(node.root, 'aside'));
    await node.exec('ip route del 10.42.2.0/24 dev flannel.1');
    await node.act('apply', armedParameters());
    const made = [RUN, STATE].flatMap((folder) => [join(node.root, folder)]);
    for (const folder of [...made])
      made.push(...(await readdir(folder, { recursive: true })).map((name) => join(folder, name)));
    for (const path of made) {
      const { mode, uid } = await stat(path);
      expect([path, mode & 0o077, uid]).toEqual([path, 0, 0]);
    }
  });
});

describe.skipIf(obstacles.length > 0)(`links among the files of the state${why}`, { concurrent: true }, () => {
  /** What a document does with a link at one of its paths: the file that it leads to is neither changed nor shown. */
  const plant = async (node: NamespaceNode, victim: string, path: string, to = 'passwd') => {
    await rm(join(node.root, STATE, path), { recursive: true, force: true });
    await symlink(join(victim, to), join(node.root, STATE, path));
  };

  it.for(['fence.new', 'KEY.started.new', 'KEY.json.new', 'KEY.started'])(
    '%s: a change goes on, and nothing is written through it',
    async (name, { node, victim }) => {
      const given = armedParameters();
      const path = name.startsWith('KEY') ? `journal/${name.replace('KEY', given.operationKey)}` : name;
      await plant(node, victim, path);
      const before = await contents(victim);
      await node.exec('ip route del 10.42.2.0/24 dev flannel.1');
      expect((await node.act('apply', given)).report.status).toBe('applied');
      expect((await node.act('rollback', given)).report.status).toBe('rolled-back');
      expect(await contents(victim)).toEqual(before);
    },
  );

  it.for(['passwd', 'nothing', '.'])(
    'the result of a key that leads to %s is neither shown nor replaced, and the key does not run',
    async (to, { node, victim }) => {
      const given = applyParameters();
      await plant(node, victim, `journal/${given.operationKey}.json`, to);
      const [tables, files] = [await node.tables(), await contents(victim)];
      for (const document of ['apply', 'read-journal'] as const) {
        const { code, report } = await node.act(document, given);
        expect(report).toMatchObject({ status: 'failed', reason: expect.stringContaining('cannot be read') });
        expect(JSON.stringify(report)).not.toContain('secret');
        expect(code).toBe(1);
      }
      expect(await node.tables()).toBe(tables);
      expect(await contents(victim)).toEqual(files);
    },
  );

  it.for(['', '{}', '{"schema":"restitch/action/1","action":"app'])(
    'nor is a result that is damaged: %j',
    async (text, { node, victim: _ }) => {
      const given = applyParameters();
      await writeFile(join(node.root, STATE, 'journal', `${given.operationKey}.json`), text);
      const { report } = await node.act('apply', given);
      expect(report).toMatchObject({ status: 'failed', reason: expect.stringContaining('cannot be read') });
    },
  );

  it('the fence: its words are not shown', async ({ node, victim }) => {
    await plant(node, victim, 'fence');
    const { report } = await node.act('apply', applyParameters());
    expect(report).toMatchObject({ status: 'refused', reason: expect.stringContaining('cannot be read') });
    expect(JSON.stringify(report)).not.toContain('secret');
  });

  it.for(['passwd', 'nothing', '.'])(
    'the expected network that leads to %s is not followed',
    async (to, { node, victim }) => {
      await plant(node, victim, 'expected-network', to);
      const before = await contents(victim);
      const { report } = await node.act('expect', expectParameters());
      expect(await contents(victim)).toEqual(before);
      // busybox's mv leaves a link to a folder as it is.
      if (report.status === 'failed' && to === '.') expect(report.reason).toMatch(/^cannot write .*expected-network$/);
      else expect(report.status).toBe('applied');
      if (report.status === 'applied')
        expect(readFileSync(join(node.root, STATE, 'expected-network'), 'utf8')).toContain('self gpu-1');
    },
  );

  it('a folder in the place of the expected network is no file that was written', async ({ node, victim: _ }) => {
    const path = join(node.root, STATE, 'expected-network');
    await rm(path);
    await mkdir(path);
    const { report } = await node.act('expect', expectParameters());
    expect(report).toMatchObject({ status: 'failed', reason: `cannot write ${path}` });
    expect(await readdir(path)).toEqual([]);
    expect((await readdir(join(node.root, STATE))).toSorted()).toEqual(['expected-network', 'fence', 'journal']);
  });
});
