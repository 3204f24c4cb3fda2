import type { HostVitals } from '../fleet.ts';
import { enterHost } from './enter.ts';
import type { Names } from './names.ts';
import { findLabHost, KUBELET_PORT } from './topology.ts';

/**
 * Bound to eth0, so that no packet can take the tunnel: one from a spoke would heal a stale NAT endpoint. A second ping,
 * because a lossy line is a way out. Listening is asked of the kernel, because a filter on the port stops no heartbeat.
 */
const LOOK = `
reach() { ping -n -c 1 -W 1 -I eth0 "$1" >/dev/null 2>&1; }
reach "$1" || reach "$1" && echo way-out
[ -z "$(ss -H -l -t -n "sport = :$2")" ] || echo kubelet
`;

const TIMEOUT_MS = 5_000;

/** A host that is off has neither. */
export async function readVitals(names: Names, host: string): Promise<HostVitals> {
  const { uplink } = findLabHost(host);
  const argv = ['sh', '-c', LOOK, 'look', uplink, String(KUBELET_PORT)] as const;
  const said = (await enterHost(names, host, { argv, timeoutMs: TIMEOUT_MS })).stdout.split('\n');
  return { wayOut: said.includes('way-out'), kubelet: said.includes('kubelet') };
}
