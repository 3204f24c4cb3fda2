import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CommandRunner } from '../../../core/runbook/node-command.ts';
import type { Fleet } from '../../../lab/fleet.ts';
import { createNamespaceFleet } from '../../../lab/namespaces/create-namespace-fleet.ts';
import { namespaceObstacles } from '../../../lab/namespaces/namespace-obstacles.ts';
import { loadLocalConfig } from '../../../local/config.ts';
import { type EvidenceSource, fleetSource } from '../../../local/evidence-source.ts';
import { startLabIncident } from './lab-incident.ts';

const obstacles = await namespaceObstacles();
const why = obstacles.length === 0 ? '' : ` (skipped: ${obstacles.join('; ')})`;
const PUBLIC_IP = 'flannel.alpha.coreos.com/public-ip';

/** The fleet as a cluster shows it whose Node object of gpu-2 is wrong: somebody edited the address that flanneld announced. */
function misannounced(fleet: Fleet): Fleet {
  return {
    ...fleet,
    hosts: fleet.hosts.map((host) =>
      host.name === 'gpu-2'
        ? { ...host, node: { ...host.node, annotations: { ...host.node.annotations, [PUBLIC_IP]: '10.200.0.99' } } }
        : host,
    ),
  };
}

/** The fleet whose gpu-1 loses the script of `apply` half-way, as to an out-of-memory killer: the device is made, and is empty. */
function killedHalfWay(fleet: Fleet): Fleet {
  const start = '\n    fdb) run_batch bridge ;;';
  return {
    ...fleet,
    exec: (place, request) => {
      const [program, ...rest] = request.argv;
      const isApply = place === 'gpu-1' && rest.some((text) => text.includes('\naction=apply\n'));
      if (isApply && !rest.some((text) => text.includes(start))) throw new TypeError(`the script has no line ${start}`);
      const words = rest.map((text) => text.replace(start, () => `\n    neigh) kill -9 $$ ;;${start}`));
      return fleet.exec(place, isApply ? { ...request, argv: [program, ...words] } : request);
    },
  };
}

describe.skipIf(obstacles.length > 0)(`a repair that makes things worse${why}`, () => {
  let stateDir = '';
  let fleet: Fleet;
  let source: EvidenceSource | undefined;

  beforeEach(async () => {
    stateDir = await mkdtemp(join(tmpdir(), 'restitch-worse-'));
    fleet = await createNamespaceFleet({ stateDir, orphanGraceSeconds: 5 });
  });
  afterEach(async () => {
    await source?.close();
    await fleet.down();
    await rm(stateDir, { recursive: true, force: true });
  });

  /** Works on an incident of gpu-1 until its receipt holds the words. `commands` may stand before the fleet's own. */
  async function workUntilTold(
    words: string,
    seen: Fleet,
    commands: (own: CommandRunner) => CommandRunner = (own) => own,
  ): Promise<() => Promise<string>> {
    source = await fleetSource(seen, stateDir, loadLocalConfig({}));
    const { ports } = source;
    const incident = await startLabIncident({ ...ports, commands: commands(ports.commands) });
    const told = async () => (await incident.told()).join('\n');
    while (!(await told()).includes(words)) await sleep(200);
    await incident.engine.stop();
    return told;
  }

  it('is not begun where a Node object is wrong and nothing is lost', async () => {
    const before = await entriesOf('gpu-1');
    const told = await workUntilTold('self-recovered', misannounced(fleet));
    expect(await told()).toContain('diagnosis: healthy');
    expect(await told()).not.toContain('reconcile');
    expect(await entriesOf('gpu-1')).toBe(before);
  });

  it('because its script was killed half-way is taken back by the node, and the incident says so', async () => {
    await fleet.inject('vxlan-missing');
    const before = await entriesOf('gpu-1');
    const told = await workUntilTold('reconcile did not heal', killedHalfWay(fleet));
    expect(await told()).toContain('reconcile on gpu-1: interrupted');
    expect(await told()).toMatch(/rollback on gpu-1: rolled-back/);
    expect(await entriesOf('gpu-1')).toBe(before);
  });

  it('because it cuts the node off goes back by the node’s own timer, and the incident says so', async () => {
    await fleet.inject('fdb-flushed');
    const before = await entriesOf('gpu-1');
    const told = await workUntilTold('its own timer decides', fleet, (own) => ({
      ...own,
      send: (command) => own.send({ ...command, parameters: { ...command.parameters, ...soonBack(command.document) } }),
      findInstance: async (name, providerId) => {
        const found = await own.findInstance(name, providerId);
        const cutOff = name === 'gpu-1' && found.type === 'found' && (await entriesOf(name)) !== before;
        return cutOff ? { ...found, agent: { status: 'offline', version: '3.3.2746.0' } } : found;
      },
    }));
    while ((await entriesOf('gpu-1')) !== before) await sleep(200);
    expect(await told()).toContain('rollback on gpu-1: the host has no reachable SSM agent: its own timer decides');
  });

  const soonBack = (document: string) => (document === 'apply' ? { confirmWithinSeconds: '15' } : {});

  /** Neighbours, forwarding entries and routes of flannel’s device; whether it is there at all. */
  async function entriesOf(host: string): Promise<string> {
    const script =
      'ip -o link show dev flannel.1 | cut -d: -f2; ip neigh show dev flannel.1; bridge fdb show dev flannel.1; ip route';
    const { stdout } = await fleet.exec(host, { argv: ['sh', '-c', `{ ${script}; } 2>&1`], timeoutMs: 5_000 });
    return stdout
      .split('\n')
      .filter((line) => !/INCOMPLETE|FAILED/.test(line))
      .toSorted()
      .join('\n');
  }
});
