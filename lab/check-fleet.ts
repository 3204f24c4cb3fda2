import type { Fleet } from './fleet.ts';
import { addressIn } from './namespaces/topology.ts';

export interface FleetCheck {
  readonly healthy: boolean;
  /** One line per path that fails: `gpu-1 → hub-1`. */
  readonly broken: readonly string[];
}

/**
 * Every host pings the pod of every other host through the overlay, which also asks the other host to forward, and the
 * hub asks every kubelet.
 */
export async function checkFleet(fleet: Fleet): Promise<FleetCheck> {
  const pairs = fleet.hosts.flatMap((from) => fleet.hosts.filter((to) => to !== from).map((to) => ({ from, to })));
  const pings = pairs.map(async ({ from, to }) => {
    const address = addressIn(to.node.podCIDR, 2);
    const result = await fleet.exec(from.name, {
      argv: ['ping', '-n', '-c', '1', '-W', '2', address],
      timeoutMs: 5_000,
    });
    return result.code === 0 ? undefined : `${from.name} → ${to.name}`;
  });
  const kubelets = fleet.hosts.map(async (host) => {
    const answer = await fleet.reachKubelet(host.name, '/healthz', 3_000);
    return answer.type === 'answer' && answer.status === 200 ? undefined : `control plane → kubelet of ${host.name}`;
  });
  const broken = (await Promise.all([...pings, ...kubelets])).filter((line) => line !== undefined);
  return { healthy: broken.length === 0, broken };
}
