import type { WireOperation } from '@aws/durable-execution-sdk-js';
import { byteLength } from './service-limits.ts';

/** What one page of state may hold. The SDK asks for 1,000 operations; an invocation's event ends at 1 MiB. */
const PAGE_OPERATIONS = 1_000;
const PAGE_BYTES = 1_000_000;

export interface StatePage {
  readonly operations: readonly WireOperation[];
  /** Where the next page begins; undefined: this is the last one. */
  readonly nextMarker: string | undefined;
}

/** The page of the state that begins at `marker`. A page has at least one operation, however large that is. */
export function pageOf(state: readonly WireOperation[], marker: string | undefined): StatePage {
  const from = Number(marker ?? 0);
  let until = from;
  let bytes = 0;
  for (const operation of state.slice(from, from + PAGE_OPERATIONS)) {
    bytes += byteLength(JSON.stringify(operation));
    if (bytes > PAGE_BYTES && until > from) break;
    until += 1;
  }
  return { operations: state.slice(from, until), nextMarker: until < state.length ? String(until) : undefined };
}

/** The service returns no children of an ended context, unless the context asked to keep them for its replay. */
export function withoutPrunedChildren(operations: readonly WireOperation[]): readonly WireOperation[] {
  const byId = new Map(operations.map((operation) => [operation.Id, operation]));
  const pruned = new Set<string | undefined>();
  return operations.filter((operation) => {
    const parent = operation.ParentId === undefined ? undefined : byId.get(operation.ParentId);
    if (parent === undefined) return true;
    const ended = parent.Status === 'SUCCEEDED' || parent.Status === 'FAILED';
    const gone = pruned.has(parent.Id) || (ended && parent.ContextDetails?.ReplayChildren !== true);
    if (gone) pruned.add(operation.Id);
    return !gone;
  });
}
