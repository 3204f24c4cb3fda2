import type { EndpointSet } from '../repair/endpoint-set.ts';
import type { RememberedAct } from './memory.ts';

/** An older one may have come back for a reason of its own: the hub moved there and here again. */
export const CAME_BACK_WITHIN_MS = 6 * 3_600_000;

/**
 * Why an endpoint is not set once more; undefined where it may be. The last act that set it healed the host, and now the value from
 * before is there again: a program sets it, and would do so after every repair. Where another value is there, or another one is
 * to be set, the hub has moved.
 */
export function endpointCameBack(
  acts: readonly RememberedAct[],
  host: string,
  wanted: readonly EndpointSet[],
  now: number,
): string | undefined {
  for (const { device, peer, was, set } of wanted) {
    const isSame = (entry: EndpointSet) => entry.device === device && entry.peer === peer;
    const last = acts.findLast(({ endpoints = [] }) => endpoints.some(isSame));
    const before = last?.endpoints?.find(isSame);
    const isBack = last?.outcome === 'healed' && before?.set === set && before.was === was;
    if (last !== undefined && isBack && now - last.at < CAME_BACK_WITHIN_MS)
      return `endpoint-reset-by-somebody: ${last.incidentId} set the endpoint of ${peer} on ${device} of ${host} to ${set}, and it is ${was ?? 'none'} again, so none is set: something there sets it back`;
  }
  return undefined;
}
