import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { expectedNetworkFile } from '../../../core/watchdog/expected-network-file.ts';
import type { Fleet, FleetHost } from '../../../lab/fleet.ts';
import { loadLocalConfig } from '../../../local/config.ts';
import { startRuntime } from '../../../local/runtime.ts';
import { createRecordingLog } from '../../fakes/recording-log.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

/** `npm start` on a simulated fleet, with a pass of sweep every half second. */
async function start(environment: Readonly<Record<string, string>> = {}) {
  const stateDir = await mkdtemp(join(tmpdir(), 'restitch-expected-'));
  closers.push(() => rm(stateDir, { recursive: true, force: true }));
  const config = loadLocalConfig({ FLEET: 'simulated', SWEEP_SECONDS: '0.5', ...environment });
  const log = createRecordingLog();
  const runtime = await startRuntime({ stateDir, port: 0, config, log });
  closers.push(() => runtime.close());
  const { fleet } = runtime.services.own;
  if (fleet === undefined) throw new Error('no fleet of its own');
  return { fleet, log, cluster: runtime.services.cluster };
}

const pathOf = ({ durableDir }: FleetHost) => join(durableDir, 'expected-network');
const textOf = async (host: FleetHost) => readFile(pathOf(host), 'utf8').catch(() => '');

/** The text of every host's file, once it is as wished; the test's own time-out ends a wish that does not come true. */
async function filesOnce(fleet: Fleet, wished: (text: string, name: string) => boolean) {
  for (;;) {
    const texts = await Promise.all(fleet.hosts.map(async (host) => [host.name, await textOf(host)] as const));
    if (texts.every(([name, text]) => wished(text, name))) return texts;
    await sleep(100);
  }
}

describe('npm start', () => {
  it('keeps the expected network on every node, as the Node objects and the inventory say', async () => {
    const { fleet, log, cluster } = await start();
    const files = await filesOnce(fleet, (text) => text !== '');
    const labels = {
      role: 'restitch.dev/role',
      hub: 'restitch.dev/hub',
      pool: 'restitch.dev/pool',
      site: 'restitch.dev/site',
    };
    const devices = { vxlanDevice: 'flannel.1', wireguardDevice: 'wg0' };
    const expected = { nodes: await cluster.listNodes(), labels, devices, inventory: fleet.inventory };
    for (const [name, text] of files) {
      const [head, ...lines] = text.split('\n');
      expect(head).toMatch(/^# kept by Restitch, generation \d{13}$/);
      expect(lines.join('\n')).toBe(expectedNetworkFile(name, expected));
    }
    for (const host of fleet.hosts) expect((await stat(pathOf(host))).mode & 0o777).toBe(0o600);
    // Written once, and no more.
    const before = await Promise.all(fleet.hosts.map(textOf));
    await sleep(1_500);
    expect(await Promise.all(fleet.hosts.map(textOf))).toEqual(before);
    const told = log.of('expected-networks').map(({ sent, written }) => ({ sent, written }));
    expect(told[0]).toEqual({ sent: fleet.hosts.length, written: 0 });
    expect(told.reduce((sum, { written }) => sum + Number(written), 0)).toBe(fleet.hosts.length);
    expect(log.of('sweep-part-failed')).toEqual([]);
  });

  it('leaves a node alone while its agent cannot be reached', async () => {
    const { fleet } = await start({ SWEEP_SECONDS: '1' });
    await fleet.exec('gpu-1', { argv: ['ip', 'link', 'set', 'eth0', 'down'], timeoutMs: 5_000 });
    const files = await filesOnce(fleet, (text, name) => (text === '') === (name === 'gpu-1'));
    expect(files.length).toBeGreaterThan(1);
  });

  it.each([{ REPAIR_MODE: 'shadow' }, { EXPECTED_NETWORK: 'off' }])('writes no file with %j', async (environment) => {
    const { fleet, log } = await start(environment);
    while (log.of('sweep-heartbeat').length < 2) await sleep(100);
    for (const host of fleet.hosts) expect(await textOf(host)).toBe('');
  });
});
