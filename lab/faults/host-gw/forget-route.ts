import { type FaultStep, on } from '../../fault.ts';

/**
 * A host has no route to the pods of a peer, and its flanneld does not know that there is one: it puts only the routes back that
 * it was told of, and asks for all leases anew only when it starts.
 */
export function forgetRoute(host: string, podCidr: string): readonly FaultStep[] {
  return [on(host, `sed -i \\#${podCidr}#d /run/flanneld-routes`), on(host, `ip route del ${podCidr} dev wg0`)];
}
