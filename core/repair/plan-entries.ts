import { formatOperation, inOrder, type Operation } from '../grammar/operation.ts';
import { type Drift, describeDrift } from '../overlay/drift.ts';
import type { ExpectedNetwork } from '../overlay/expected-network.ts';
import type { Readings } from '../overlay/overlay.ts';
import type { Plan } from './plan.ts';

/**
 * Puts back the entries that differ, and only those, on the hosts where they differ. A device that is missing or has the
 * wrong parameters is made anew with every entry of its own, where the overlay can; else the host is left alone.
 */
export function planReconcile(
  network: ExpectedNetwork,
  drifts: readonly Drift[],
  device: string | null,
  readings: Readings = () => undefined,
): Plan {
  const parts = [...new Set(drifts.map(({ host }) => host))].map((host) => ({
    host,
    ...workOn(
      host,
      drifts.filter((drift) => drift.host === host),
      network,
      device,
      readings,
    ),
  }));
  return {
    device,
    hosts: parts
      .map(({ host, operations }) => ({ host, operations: inOrder(withoutRepeats(operations)) }))
      .filter(({ operations }) => operations.length > 0),
    beyond: parts.flatMap(({ beyond }) => beyond),
  };
}

interface HostWorkDone {
  readonly operations: readonly Operation[];
  readonly beyond: readonly string[];
}

function workOn(
  host: string,
  own: readonly Drift[],
  network: ExpectedNetwork,
  device: string | null,
  readings: Readings,
): HostWorkDone {
  const broken = own.filter(({ type }) => type === 'device-missing' || type === 'device-wrong');
  if (broken.length > 0) {
    const operations = network.rebuild(host, device, readings);
    return { operations, beyond: operations.length === 0 ? broken.map(describeDrift) : [] };
  }
  const mended = own.map((drift) => ({ drift, operations: network.mend(drift, device, readings) }));
  return {
    operations: mended.flatMap(({ operations }) => operations),
    beyond: mended.flatMap(({ drift, operations }) => (operations.length === 0 ? [describeDrift(drift)] : [])),
  };
}

/** Every entry that the host must hold: what a bounce replays after the link is up again. An unknown host gets no plan. */
export function planFullState(
  network: ExpectedNetwork,
  host: string,
  device: string | null,
  readings: Readings = () => undefined,
): Plan {
  const operations = inOrder(network.fullState(host, device, readings));
  return { device, hosts: operations.length === 0 ? [] : [{ host, operations }], beyond: [] };
}

/** One route may serve the pods of every peer. */
function withoutRepeats(operations: readonly Operation[]): readonly Operation[] {
  return [...new Map(operations.map((operation) => [formatOperation(operation), operation])).values()];
}
