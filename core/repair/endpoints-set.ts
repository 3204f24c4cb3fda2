import * as z from 'zod';
import { type Evidence, measuredOn } from '../evidence/evidence.ts';
import { changeOf } from './change.ts';
import type { Plan } from './plan.ts';

/** An endpoint of a WireGuard peer that an act set. `was`: before it; null: there was none. Both `address:port`. */
export const EndpointSet = z.object({
  device: z.string(),
  peer: z.string().describe('its public key'),
  was: z.string().nullable(),
  set: z.string(),
});

export type EndpointSet = z.infer<typeof EndpointSet>;

/** The endpoints that a plan sets on a host, each with the one that is there. */
export function endpointsSet(plan: Plan | null, host: string, { readings }: Evidence): readonly EndpointSet[] {
  const measured = measuredOn(readings, host);
  if (measured === undefined) return [];
  const operations = (plan?.hosts ?? []).flatMap((part) => (part.host === host ? part.operations : []));
  return operations.flatMap((operation) => {
    if (operation.op !== 'wg endpoint') return [];
    const { dev: device, peer, endpoint: set } = operation;
    return [{ device, peer, was: changeOf(operation, measured).now, set }];
  });
}
