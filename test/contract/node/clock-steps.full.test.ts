import { readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect } from 'vitest';
import type { DocumentName } from '../../../core/runbook/node-command.ts';
import { namespaceObstacles } from '../../../lab/namespaces/namespace-obstacles.ts';
import { isSameProcess } from '../../../lab/process-identity.ts';
import { endTimers, timerIn } from './armed-repair.ts';
import { onBrokenNode as it } from './attacked-node.ts';
import { builtScript } from './built-script.ts';
import { applyParameters, armedParameters, expectParameters, systemctlThatRestarts } from './every-document.ts';
import type { NamespaceNode } from './namespace-pair.ts';

const obstacles = await namespaceObstacles();
const why = obstacles.length === 0 ? '' : ` (skipped: ${obstacles.join('; ')})`;

const HOUR = 3_600;
const DAY = 24 * HOUR;

const system = 'PATH=/usr/sbin:/usr/bin:/sbin:/bin';
/** The time of day, by some seconds off. */
const off = (seconds: number) => ({
  date: `${system} exec date -d "@$(($(${system} date +%s) + ${seconds}))" "$@"`,
});
/** The time of day of somebody who sets the clock back by an hour at each look. */
const steppingBack = ({ root }: NamespaceNode) => ({
  date: `echo >>'${root}/looks'; ${system} exec date -d "@$(($(${system} date +%s) - ${HOUR} * $(wc -l <'${root}/looks')))" "$@"`,
});

/** Runs a document whose waiting is cut to a second. */
async function runImpatient(
  node: NamespaceNode,
  document: DocumentName,
  parameters: Readonly<Record<string, string>>,
  programs: Readonly<Record<string, string>>,
) {
  const script = builtScript(document).replaceAll(/^(\w*patience)=\d+$/gm, '$1=1');
  const named = Object.entries(parameters).map(([key, value]) => [`SSM_${key}`, value]);
  const { stdout } = await node.runScript(
    script,
    { RESTITCH_ROOT: node.root, ...Object.fromEntries(named) },
    { programs },
  );
  return JSON.parse(stdout);
}

describe.skipIf(obstacles.length > 0)(`a node whose clock is set${why}`, { concurrent: true }, () => {
  it.for([
    ['a day forward', DAY],
    ['an hour back', -HOUR],
  ] as const)(
    '%s: a change that waits is neither rolled back early nor forgotten',
    async ([, seconds], { node, broken }) => {
      const given = armedParameters();
      await node.act('apply', given);
      const programs = off(seconds);
      expect((await node.act('apply', armedParameters(), { programs })).report).toMatchObject({
        status: 'refused',
        refusal: 'busy',
        reason: `change ${given.operationKey} waits for its confirmation`,
      });
      expect(isSameProcess(await timerIn(node, given.operationKey))).toBe(true);
      expect((await node.act('apply', given, { programs })).report).toMatchObject({
        status: 'applied',
        replayed: true,
      });
      expect((await node.act('rollback', given, { programs })).report.status).toBe('rolled-back');
      expect(await node.tables()).toBe(broken.tables);
    },
  );

  it.for([
    ['a day forward', DAY],
    ['an hour back', -HOUR],
  ] as const)('%s: the timer fires after its seconds', async ([, seconds], { node, broken }) => {
    const given = { ...armedParameters(), confirmWithinSeconds: '2' };
    const programs = off(seconds);
    const { report } = await node.act('apply', given, { programs });
    expect(report.status).toBe('applied');
    expect(await node.tables()).not.toBe(broken.tables);
    const journal = async () => (await node.act('read-journal', given, { programs })).report.status;
    while ((await journal()) !== 'rolled-back') await sleep(100);
    expect(await node.tables()).toBe(broken.tables);
  });

  it('an hour back, and its timer was killed: the next change still finds it overdue', async ({ node, broken }) => {
    const given = { ...armedParameters(), confirmWithinSeconds: '1' };
    await node.act('apply', given);
    await endTimers(node);
    const next = () => node.act('apply', applyParameters({ operations: '' }), { programs: off(-HOUR) });
    while ((await next()).report.status === 'refused') await sleep(200);
    expect(await node.tables()).toBe(broken.tables);
    expect((await node.act('read-journal', given)).report.status).toBe('rolled-back');
  });

  it('back at every look: a document that waits for another ends all the same', async ({ node, broken: _ }) => {
    const slow = `case "$*" in *batch.route) sleep 5 ;; esac; ${system} exec ip "$@"`;
    const first = node.act('apply', applyParameters(), { programs: { ip: slow } });
    const lock = join(node.root, 'run/restitch/lock');
    while ((await readdir(lock).catch(() => [])).length === 0) await sleep(20);
    expect(await runImpatient(node, 'apply', applyParameters(), steppingBack(node))).toMatchObject({
      status: 'refused',
      refusal: 'busy',
      reason: expect.stringMatching(/^another document \(process \d+\.\d+\) is at work$/),
    });
    expect((await first).report.status).toBe('applied');
  });

  it('back at every look: a restart that does not come is given up', async ({ node, broken: _ }) => {
    const programs = {
      ...steppingBack(node),
      systemctl: `case "$1 $2" in 'is-active k3s') mkdir '${node.root}/seen' 2>/dev/null && echo active ;; esac`,
    };
    expect(await runImpatient(node, 'restart-agent', armedParameters(), programs)).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('is not active afterwards'),
    });
  });

  it.for([
    ['a day forward', DAY],
    ['an hour back', -HOUR],
  ] as const)('%s: no key is carried out twice', async ([, seconds], { node, broken: _ }) => {
    const restart = armedParameters();
    const repair = applyParameters();
    const systemctl = systemctlThatRestarts(node);
    expect((await node.act('restart-agent', restart, { programs: { systemctl } })).report.status).toBe('applied');
    expect((await node.act('apply', repair)).report.status).toBe('applied');
    await node.exec('ip route del 10.42.2.0/24 dev flannel.1');
    const programs = { ...off(seconds), systemctl };
    expect((await node.act('restart-agent', restart, { programs })).report.replayed).toBe(true);
    expect((await node.act('apply', repair, { programs })).report.replayed).toBe(true);
    expect(await readFile(join(node.root, 'restarts'), 'utf8')).toBe('restarted\n');
    expect(await node.exec('ip route show 10.42.2.0/24')).toBe('');
  });

  it('back from a year ahead: new results are not taken for the oldest of a full journal', async ({
    node,
    broken: _,
  }) => {
    await node.act('apply', applyParameters({ operations: '' }));
    const folder = join(node.root, 'var/lib/restitch/journal');
    const ahead = Date.now() / 1_000 + 365 * DAY;
    await Promise.all(
      Array.from({ length: 220 }, async (_, n) => {
        const file = join(folder, `early-${n}.json`);
        await writeFile(file, '{}');
        await utimes(file, ahead + n, ahead + n);
      }),
    );
    const given = Array.from({ length: 3 }, () => applyParameters());
    for (const one of given) expect((await node.act('apply', one)).report.replayed).toBe(false);
    for (const one of given) expect((await node.act('apply', one)).report.replayed).toBe(true);
    expect(await readdir(folder)).toHaveLength(200);
  });

  it('does not decide which expected network is the newer one', async ({ node, broken: _ }) => {
    const send = (generation: string, seconds: number) =>
      node.act('expect', expectParameters(generation), { programs: off(seconds) });
    expect((await send('1700000000001', DAY)).report.status).toBe('applied');
    expect((await send('1700000000000', -DAY)).report).toMatchObject({ status: 'refused' });
    expect((await send('1700000000002', -DAY)).report.status).toBe('applied');
  });
});

describe('the rollback timer of systemd', () => {
  it('counts from now, and not by the time of day', () => {
    for (const document of ['apply', 'bounce'] as const) {
      expect(builtScript(document)).toContain('systemd-run --quiet --on-active="$2"');
      expect(builtScript(document)).not.toContain('on-calendar');
    }
  });
});
