import * as z from 'zod';

/** kubelet renews its lease every 10 s; the node controller gives up after 40 s (kube-controller-manager defaults). */
export const LEASE_EXPIRED_SECONDS = 40;

/** With keepalive 25 a handshake was never seen older than 135 s (measured). */
export const STALE_HANDSHAKE_SECONDS = 180;

/**
 * Three independent signs of life of a node: Systems Manager over the node's own
 * uplink, the kubelet's lease at the API server, and the WireGuard handshake with the hub.
 */
export const ThreePlanes = z.object({
  agent: z.enum(['online', 'offline', 'unknown']),
  lease: z.enum(['fresh', 'expired', 'unknown']),
  handshake: z.enum(['fresh', 'stale', 'unknown']),
  verdict: z.string(),
  mayAct: z.boolean().describe('commands reach the node'),
});

export type ThreePlanes = z.infer<typeof ThreePlanes>;

type Planes = Pick<ThreePlanes, 'agent' | 'lease' | 'handshake'>;

const verdicts: Readonly<Record<string, string>> = {
  'online fresh fresh': 'the node lives on every plane: if anything is broken, it lies inside the overlay',
  'online fresh stale': 'the node lives, its tunnel is silent: look at the tunnel and the NAT before it',
  'online expired fresh': 'the host and its tunnel live, the kubelet does not report: look at kubelet and API server',
  'online expired stale': 'the host lives, its tunnel is silent and the kubelet with it: mend the tunnel first',
  'offline fresh fresh': 'only the SSM agent is gone: the node works, but nothing can be done on it',
  'offline fresh stale': 'the kubelet reports by another way: agent and tunnel are gone, nothing can be done on it',
  'offline expired fresh': 'the kernel still answers handshakes, no program does: out of memory or disk, say',
  'offline expired stale': 'nothing of the node is heard: it or its uplink is dead',
};

/** Reads the table. A plane that could not be read gives no verdict. */
export function readPlanes(planes: Planes): ThreePlanes {
  const unread = Object.entries(planes).flatMap(([plane, state]) => (state === 'unknown' ? [plane] : []));
  const verdict =
    unread.length > 0
      ? `could not be read: ${unread.join(', ')}`
      : verdicts[`${planes.agent} ${planes.lease} ${planes.handshake}`];
  return { ...planes, verdict: verdict ?? 'no verdict', mayAct: planes.agent === 'online' };
}
