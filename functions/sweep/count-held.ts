import { targetKey } from '../../core/alert/target.ts';
import type { SweepPorts } from './sweep.ts';

/**
 * Writes with each open incident how many others it holds now, where that has changed: of a storm the chat shows one message, with
 * the count. Once a pass, so that a storm of alerts is none of updates. Returns how many counts were written.
 */
export async function countHeld({ store }: Pick<SweepPorts, 'store'>): Promise<number> {
  const open = await store.listOpen();
  const holders = open.flatMap(({ heldBy }) => (heldBy === undefined ? [] : [targetKey(heldBy)]));
  let written = 0;
  for (const { incidentId, target, holds: known = 0 } of open) {
    const holds = holders.filter((holder) => holder === targetKey(target)).length;
    if (holds === known) continue;
    // A closed incident keeps its last count.
    await store.update(incidentId, (current) => (current.phase === 'closed' ? undefined : { ...current, holds }));
    written += 1;
  }
  return written;
}
