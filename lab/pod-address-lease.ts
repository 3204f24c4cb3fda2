import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LabHost } from './namespaces/lab-host.ts';
import { podIp } from './namespaces/topology.ts';

/**
 * What the CNI plug-in host-local keeps under /var/lib/cni for the one pod of a host: a file per address, named after it,
 * with the container's id and interface (containernetworking/plugins, plugins/ipam/host-local/backend/disk).
 */
export async function leasePodAddress(folder: string, host: LabHost): Promise<void> {
  const network = join(folder, 'networks', 'cbr0');
  await mkdir(network, { recursive: true });
  const containerId = host.podNumber.toString(16).padStart(64, '0');
  await writeFile(join(network, podIp(host)), `${containerId}\r\neth0`);
  await writeFile(join(network, 'last_reserved_ip.0'), podIp(host));
}
