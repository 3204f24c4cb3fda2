import { changedHosts } from '../namespaces/lab-fleet.ts';
import type { LabHost } from '../namespaces/lab-host.ts';

/** The plain hosts with other pod networks, in the order of the fleet: hub-1, cloud-1, gpu-1, gpu-2. */
export function withPodNetworks(hub: string, cloud: string, gpu1: string, gpu2: string): readonly LabHost[] {
  const having = (podNetwork: string) => (host: LabHost) => ({ ...host, podNetwork });
  return changedHosts({
    'hub-1': having(hub),
    'cloud-1': having(cloud),
    'gpu-1': having(gpu1),
    'gpu-2': having(gpu2),
  });
}
