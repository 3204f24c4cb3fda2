import { mustRun } from '../run-program.ts';
import { ipBatch } from './ip-batch.ts';
import type { LabHost } from './lab-host.ts';
import type { Names } from './names.ts';
import { addressOf, podGateway, podIp, prefixOf } from './topology.ts';

/** cni0 with one pod. */
export async function buildPod(names: Names, host: LabHost, mtu: number): Promise<void> {
  const gateway = podGateway(host);
  await mustRun([
    'ip',
    'link',
    'add',
    'pod',
    'mtu',
    String(mtu),
    'netns',
    names.of(host.name),
    'type',
    'veth',
    'peer',
    'name',
    'eth0',
    'mtu',
    String(mtu),
    'netns',
    names.pod(host.name),
  ]);
  await ipBatch(names.of(host.name), [
    'link add cni0 type bridge',
    `link set cni0 mtu ${mtu} up`,
    `addr add ${gateway} dev cni0`,
    'link set pod master cni0 up',
  ]);
  await ipBatch(names.pod(host.name), [
    `addr add ${podIp(host)}/${prefixOf(gateway)} dev eth0`,
    'link set eth0 up',
    `route add default via ${addressOf(gateway)}`,
  ]);
  // The host knows its pod as it would of any that has ever talked. One answer is enough: a busy machine may be late.
  const ping = ['ping', '-n', '-c', '5', '-i', '0.2', '-w', '10', podIp(host)];
  await mustRun(['ip', 'netns', 'exec', names.of(host.name), ...ping]);
}
