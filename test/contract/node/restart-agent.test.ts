import { spawn } from 'node:child_process';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { namespaceObstacles } from '../../../lab/namespaces/namespace-obstacles.ts';
import { createNamespacePair, type NamespaceNode, type NamespacePair } from './namespace-pair.ts';

const obstacles = await namespaceObstacles();
const why = obstacles.length === 0 ? '' : ` (skipped: ${obstacles.join('; ')})`;

describe.skipIf(obstacles.length > 0)(`the restart-agent document${why}`, () => {
  let pair: NamespacePair;
  let node: NamespaceNode;
  const supervisors: (() => Promise<void>)[] = [];

  beforeEach(async () => {
    pair = await createNamespacePair();
    node = pair.node;
  });
  afterEach(async () => {
    for (const end of supervisors.splice(0)) await end();
    await pair.remove();
  });

  const given = (operationKey: string, fencingToken = '1') => ({ operationKey, fencingToken });
  const noSystemd = { systemctl: 'exit 1' };

  /** A flanneld in the node's network, which a supervisor starts `lives` times and which does some work first. */
  async function startFlanneld(lives: number, work = ':'): Promise<void> {
    const program = join(node.root, 'flanneld');
    const starts = join(node.root, 'starts');
    await writeFile(program, `#!/bin/sh\necho started >>'${starts}'\n${work}\nwhile :; do sleep 0.1; done\n`);
    await chmod(program, 0o755);
    const supervise = `n=0; while [ $n -lt ${lives} ]; do '${program}'; n=$((n+1)); done`;
    const child = spawn('ip', ['netns', 'exec', node.name, 'sh', '-c', supervise], { stdio: 'ignore', detached: true });
    const ended = new Promise<void>((resolve) => {
      child.once('close', () => resolve());
    });
    supervisors.push(async () => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It ended by itself.
      }
      await ended;
    });
    await expect.poll(startsOf, { timeout: 5_000 }).toBe(1);
  }

  async function startsOf(): Promise<number> {
    const text = await readFile(join(node.root, 'starts'), 'utf8').catch(() => '');
    return text.split('\n').filter((line) => line !== '').length;
  }

  it('restarts a flanneld that somebody starts again, and waits for the new one', async () => {
    await startFlanneld(2);
    const { code, report } = await node.act('restart-agent', given('restart'), { programs: noSystemd });
    expect(report).toMatchObject({ action: 'restart-agent', status: 'applied', changed: ['restart flanneld'] });
    expect(code).toBe(0);
    expect(await startsOf()).toBe(2);
  });

  it('waits until the new flanneld has written subnet.env: its device stands by then', async () => {
    const subnetEnv = join(node.root, 'run', 'flannel', 'subnet.env');
    await mkdir(join(subnetEnv, '..'), { recursive: true });
    await writeFile(subnetEnv, 'of the old one');
    await startFlanneld(2, `[ "$(wc -l <'${node.root}/starts')" -eq 1 ] || { sleep 1; echo new >'${subnetEnv}'; }`);
    const { report } = await node.act('restart-agent', given('restart'), { programs: noSystemd });
    expect(report.status).toBe('applied');
    expect(await readFile(subnetEnv, 'utf8')).toBe('new\n');
  });

  it('restarts the service that carries flannel, where systemd runs one', async () => {
    const systemctl = `echo "$@" >>'${node.root}/asked'; [ "$2" = k3s-agent ] && [ "$1" = is-active ] && echo active; exit 0`;
    const { report } = await node.act('restart-agent', given('restart'), { programs: { systemctl } });
    expect(report).toMatchObject({ status: 'applied', changed: ['restart k3s-agent.service'] });
    expect(await readFile(join(node.root, 'asked'), 'utf8')).toContain('restart k3s-agent');
  });

  it('is refused where nothing programs an overlay', async () => {
    const { code, report } = await node.act('restart-agent', given('restart'), { programs: noSystemd });
    expect(report).toMatchObject({ status: 'refused', changed: [], reason: expect.stringContaining('no flanneld') });
    expect(code).toBe(3);
  });

  it('runs once for one key, and tells its stored result again', async () => {
    await startFlanneld(5);
    await node.act('restart-agent', given('once'), { programs: noSystemd });
    const { report } = await node.act('restart-agent', given('once'), { programs: noSystemd });
    expect(report).toMatchObject({ status: 'applied', replayed: true });
    expect(await startsOf()).toBe(2);
  });

  it('refuses an older fencing token', async () => {
    await startFlanneld(5);
    await node.act('restart-agent', given('first', '7'), { programs: noSystemd });
    const { report } = await node.act('restart-agent', given('second', '6'), { programs: noSystemd });
    expect(report.status).toBe('refused');
    expect(await startsOf()).toBe(2);
  });
});
