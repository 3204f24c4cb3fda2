import type { ExecResult, Fleet, FleetHost } from '../../../lab/fleet.ts';
import { createFakeFleet } from '../../fakes/fake-fleet.ts';

export const HUB = 'i-0a0000000000000a1';
export const CLOUD = 'i-0a0000000000000c1';

/** A fleet of which only the VPC's router can be entered: `ip` there keeps its routes in a map from network to gateway. */
export function createRouterFleet() {
  const routes = new Map<string, string>([['default', '198.51.100.1']]);
  const fleet = createFakeFleet(['hub-1', 'cloud-1', 'gpu-1']);
  const [hub, cloud, gpu] = fleet.hosts;
  if (hub === undefined || cloud === undefined || gpu === undefined) throw new Error('three hosts were asked for');
  const router: Fleet = {
    ...fleet,
    kind: 'namespaces',
    hosts: [at(hub, HUB, '10.0.1.10'), at(cloud, CLOUD, '10.0.2.20'), gpu],
    exec: async (place, { argv: [program, ...args] }): Promise<ExecResult> => {
      if (place !== 'vpc' || program !== 'ip') throw new Error(`nobody may run ${program} on ${place}`);
      return { code: 0, timedOut: false, stdout: run(args), stderr: '' };
    },
  };

  function run(args: readonly string[]): string {
    if (args[0] === '-j') return JSON.stringify(rows());
    const [, verb, network = '', , gateway = ''] = args;
    if (verb === 'replace') routes.set(network, gateway);
    if (verb === 'del') routes.delete(network);
    return '';
  }

  function rows() {
    const subnet = { dst: '10.0.1.0/24', dev: 'hub', protocol: 'kernel', flags: [] };
    return [subnet, ...[...routes].map(([dst, gateway]) => ({ dst, gateway, dev: 'x', flags: [] }))];
  }

  return { fleet: router, routes };
}

function at(host: FleetHost, instanceId: string, internalIP: string): FleetHost {
  return { ...host, instanceId, node: { ...host.node, internalIP } };
}
