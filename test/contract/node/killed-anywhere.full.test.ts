import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect } from 'vitest';
import type { DocumentName } from '../../../core/runbook/node-command.ts';
import { namespaceObstacles } from '../../../lab/namespaces/namespace-obstacles.ts';
import { isSameProcess } from '../../../lab/process-identity.ts';
import { endTimers, real, timerIn } from './armed-repair.ts';
import {
  applyParameters,
  armedParameters,
  bounceParameters,
  expectParameters,
  leftAtWork,
  systemctlThatRestarts,
} from './every-document.ts';
import { diesAt, marking } from './kill-at.ts';
import { type NamespaceNode, peerEntries } from './namespace-pair.ts';
import { onHealthyPair } from './on-pair.ts';

const obstacles = await namespaceObstacles();
const why = obstacles.length === 0 ? '' : ` (skipped: ${obstacles.join('; ')})`;

type Parameters = ReturnType<typeof applyParameters>;

interface Broken {
  /** The tables before anything was done, and with everything mended. */
  readonly tables: string;
  readonly mended: string;
  /** Kills a document at its first change of what outlives it, then at its second, and so on to the last; each time on the same broken node. */
  atEach(
    document: DocumentName,
    next: () => Promise<Parameters>,
    check: (given: Parameters, at: number) => Promise<void>,
  ): Promise<number>;
  /** How often a program of the last run and the one before it changed something. */
  effects(program: string): Promise<number>;
}

const it = onHealthyPair.extend('broken', async ({ node, onTestFinished }): Promise<Broken> => {
  onTestFinished(() => endTimers(node));
  const mended = await node.tables();
  const breaks = 'ip route del 10.42.2.0/24 dev flannel.1';
  await node.exec(breaks);
  const programs = {
    ip: marking(node, 'ip', "*batch* | 'link set'*"),
    bridge: marking(node, 'bridge', '*batch*'),
    systemctl: systemctlThatRestarts(node, `mkdir -p '${node.root}/effects' && : >'${node.root}/effects/systemctl'`),
  };
  return {
    tables: await node.tables(),
    mended,
    effects: async (program) =>
      (await readdir(join(node.root, 'effects')).catch(() => [])).filter((name) => name.startsWith(`${program}.`))
        .length,
    atEach: async (document, next, check) => {
      for (let at = 1; ; at++) {
        await endTimers(node);
        await node.forget();
        await node.execAll([...peerEntries, breaks]);
        const given = await next();
        const from = isArming(document, given) ? 'open_change' : document === 'expect' ? undefined : 'take_lock';
        if (!(await diesAt(node, document, given, at, programs, from))) return at - 1;
        await check(given, at);
      }
    },
  };
});

/** Before the snapshot an armed change does what another one does too. */
const isArming = (document: DocumentName, given: Parameters) =>
  document === 'bounce' || (document === 'apply' && given['confirmWithinSeconds'] !== '0');

const left = async (node: NamespaceNode) => {
  expect(await leftAtWork(node)).toEqual([]);
  expect((await readdir(join(node.root, 'var/lib/restitch'))).filter((name) => name.endsWith('.new'))).toEqual([]);
};
const restarts = async ({ root }: NamespaceNode) =>
  (await readFile(join(root, 'restarts'), 'utf8').catch(() => '')).split('\n').length - 1;

// They wait for programs and timers, so they wait together.
describe.skipIf(obstacles.length > 0)(`a document that is killed at any moment${why}`, { concurrent: true }, () => {
  it('apply: its key, sent again, ends with the repair, done once', async ({ node, broken }) => {
    const moments = await broken.atEach(
      'apply',
      async () => applyParameters(),
      async (given, at) => {
        const done = await broken.effects('ip');
        const { report } = await node.act('apply', given, { programs: { ip: marking(node, 'ip', '*batch*') } });
        expect(report.status, `${at}`).toMatch(/^(applied|unchanged)$/);
        expect(await node.tables(), `${at}`).toBe(broken.mended);
        expect([done, await broken.effects('ip')], `${at}`).toEqual([done, 1]);
        expect((await node.act('read-journal', given)).report.status, `${at}`).toBe(report.status);
        await left(node);
      },
    );
    expect(moments).toBeGreaterThan(10);
  });

  it.for([
    ['apply', armedParameters, '*batch.route'],
    ['bounce', bounceParameters, "'link set dev flannel.1 down'"],
  ] as const)(
    '%s, armed: its key, sent again, ends done or undone, and is not done twice',
    async ([document, parameters, words], { node, broken }) => {
      const moments = await broken.atEach(
        document,
        async () => parameters(),
        async (given, at) => {
          const programs = { ip: `case "$*" in ${words}) echo again >>'${node.root}/again' ;; esac; ${real('ip')}` };
          const wasDone = (await broken.effects('ip')) > 0;
          const { report } = await node.act(document, given, { programs });
          expect(report.status, `${at}: ${report.reason}`).toMatch(/^(applied|rolled-back)$/);
          expect(await node.tables(), `${at}`).toBe(report.status === 'applied' ? broken.mended : broken.tables);
          const again = await readFile(join(node.root, 'again'), 'utf8').catch(() => '');
          expect(wasDone ? again : '', `${at}`).toBe('');
          if (report.status === 'applied') {
            expect(isSameProcess(await timerIn(node, given.operationKey)), `${at}`).toBe(true);
            expect((await node.act('rollback', given)).report.status, `${at}`).toBe('rolled-back');
          }
          expect(await node.tables(), `${at}`).toBe(broken.tables);
          expect((await node.act('read-journal', given)).report.status, `${at}`).toBe('rolled-back');
          await left(node);
        },
      );
      expect(moments).toBeGreaterThan(10);
    },
  );

  it('apply, armed, and nobody asks again: what was begun goes back by its timer', async ({ node, broken }) => {
    const short = async () => applyParameters({ confirmWithinSeconds: '1' });
    await broken.atEach('apply', short, async (given, at) => {
      if (isSameProcess(await timerIn(node, given.operationKey))) {
        const outcome = join(node.root, 'run/restitch/armed', given.operationKey, 'outcome');
        while ((await readFile(outcome, 'utf8').catch(() => '')) === '') await sleep(50);
      }
      expect(await node.tables(), `${at}`).toBe(broken.tables);
    });
  });

  it.for([
    ['confirm', 'confirmed'],
    ['rollback', 'rolled-back'],
  ] as const)('%s: sent again, it is %s', async ([document, status], { node, broken }) => {
    const armed = async () => {
      const given = armedParameters();
      expect((await node.act('apply', given)).report.status).toBe('applied');
      return given;
    };
    const moments = await broken.atEach(document, armed, async (given, at) => {
      const timer = await timerIn(node, given.operationKey);
      expect((await node.act(document, given)).report.status, `${at}`).toBe(status);
      expect(await node.tables(), `${at}`).toBe(status === 'confirmed' ? broken.mended : broken.tables);
      while (isSameProcess(timer)) await sleep(20);
      expect((await node.act('apply', given)).report, `${at}`).toMatchObject({
        status: status === 'confirmed' ? 'applied' : 'rolled-back',
        replayed: true,
        rollbackAt: null,
      });
      await left(node);
    });
    expect(moments).toBeGreaterThan(5);
  });

  it('restart-agent: it restarts once or not at all, and says what is not known', async ({ node, broken }) => {
    const moments = await broken.atEach(
      'restart-agent',
      async () => armedParameters(),
      async (given, at) => {
        const before = await restarts(node);
        const { report } = await node.act('restart-agent', given, {
          programs: { systemctl: systemctlThatRestarts(node) },
        });
        expect(report.status, `${at}`).toMatch(/^(applied|failed)$/);
        if (report.status === 'failed') expect(report.reason, `${at}`).toContain('did not end');
        expect(await restarts(node), `${at}`).toBe(report.status === 'failed' ? before : 1);
        await left(node);
      },
    );
    expect(moments).toBeGreaterThan(10);
  });

  it('expect: the file is the old one or the new one, and sent again the new one', async ({ node, broken }) => {
    const file = join(node.root, 'var/lib/restitch/expected-network');
    const old = async () => {
      await node.act('expect', expectParameters('1600000000000', 1));
      return expectParameters('1700000000000', 300);
    };
    const moments = await broken.atEach('expect', old, async (given, at) => {
      const peers = (await readFile(file, 'utf8')).split('\n').filter((line) => line.startsWith('peer')).length;
      expect([1, 300], `${at}`).toContain(peers);
      expect((await node.act('expect', given)).report.status, `${at}`).toBe('applied');
      expect(await readdir(join(node.root, 'var/lib/restitch')), `${at}`).toEqual(['expected-network']);
      await left(node);
    });
    expect(moments).toBeGreaterThan(2);
  });
});
