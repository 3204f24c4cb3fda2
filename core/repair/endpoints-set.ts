import { type Evidence, measuredOn } from '../evidence/evidence.ts';
import { changeOf } from './change.ts';
import type { EndpointSet } from './endpoint-set.ts';
import type { Plan } from './plan.ts';

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
