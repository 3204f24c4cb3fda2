import { canonicalAddress } from '../../core/alert/canonical-address.ts';
import type { Target } from '../../core/alert/target.ts';
import type { IncidentStore } from '../../core/incident/incident-store.ts';
import type { NodeDirectory } from '../../core/incident/node-directory.ts';

export interface TargetPorts {
  readonly directory: NodeDirectory;
  readonly store: IncidentStore;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

/**
 * The target with the Node's name where an alert gave an address, so that alerts by name and by address belong to one
 * incident. Where the directory does not know the address, an earlier incident may: a run found the Node and closed that
 * incident as a duplicate. Otherwise the address stays, and the run finds the Node.
 * `lingeringMs`: how long the alerts of a closed incident still belong to it.
 */
export async function targetOf(
  target: Target,
  lingeringMs: number,
  { directory, store, clock }: TargetPorts,
): Promise<Target> {
  if (canonicalAddress(target.node) === undefined) return target;
  const now = clock();
  const node = await directory.find(target, now);
  if (node !== undefined) return { ...target, node };
  const { duplicateOf } = (await store.getLatest(target)) ?? {};
  const other = duplicateOf === undefined ? undefined : await store.get(duplicateOf);
  if (other === undefined) return target;
  const recent = other.phase !== 'closed' || (other.closedAt !== null && now <= other.closedAt + lingeringMs);
  return recent ? other.target : target;
}
