import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mustRun } from '../run-program.ts';
import { ipBatch } from './ip-batch.ts';
import type { Names } from './names.ts';
import { addressOf, CLUSTER_CIDR, type LabHost, labHosts, podCidr, podIp, vtepIp } from './topology.ts';

/** cni0 with one pod, and /run/flannel/subnet.env. */
export async function buildPod(names: Names, host: LabHost, mtu: number): Promise<void> {
  const gateway = `10.42.${host.podNumber}.1`;
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
    `addr add ${gateway}/24 dev cni0`,
    'link set pod master cni0 up',
  ]);
  await ipBatch(names.pod(host.name), [
    `addr add ${podIp(host)}/24 dev eth0`,
    'link set eth0 up',
    `route add default via ${gateway}`,
  ]);
  // The host knows its pod as it would of any that has ever talked.
  await mustRun(['ip', 'netns', 'exec', names.of(host.name), 'ping', '-n', '-c', '1', '-W', '2', podIp(host)]);
  const subnet = `${gateway}/24`;
  await writeFile(
    join(names.hostDir(host.name), 'run', 'flannel', 'subnet.env'),
    `FLANNEL_NETWORK=${CLUSTER_CIDR}\nFLANNEL_SUBNET=${subnet}\nFLANNEL_MTU=${mtu}\nFLANNEL_IPMASQ=true\n`,
  );
}

/** flannel.1 with every peer's entries, exactly as flanneld leaves them. */
export async function makeFlannelVxlan(names: Names, host: LabHost): Promise<void> {
  const namespace = names.of(host.name);
  const { dev, publicIp, mac, mtuBytes } = host.flannel;
  await ipBatch(namespace, [
    `link add flannel.1 address ${mac} mtu ${mtuBytes} type vxlan id 1 dstport 8472 local ${addressOf(publicIp)} dev ${dev} nolearning`,
    `addr add ${vtepIp(host)}/32 dev flannel.1`,
    'link set flannel.1 up',
  ]);
  const peers = labHosts.filter((peer) => peer.name !== host.name);
  await ipBatch(
    namespace,
    peers.map((peer) => `neigh replace ${vtepIp(peer)} lladdr ${peer.flannel.mac} dev flannel.1 nud permanent`),
  );
  await mustRun(['bridge', '-n', namespace, '-batch', '-'], {
    stdin: peers
      .map((peer) => `fdb append ${peer.flannel.mac} dev flannel.1 dst ${peer.flannel.publicIp} self permanent\n`)
      .join(''),
  });
  await ipBatch(
    namespace,
    peers.map((peer) => `route replace ${podCidr(peer)} via ${vtepIp(peer)} dev flannel.1 onlink`),
  );
}
