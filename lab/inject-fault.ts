import type { OverlayName } from '../core/overlay/overlay-name.ts';
import { backendOf, type Fault } from './fault.ts';
import { faultCatalogue, findFault } from './faults/catalogue.ts';
import { faultPairs } from './faults/pairs/fault-pairs.ts';
import type { ExecRequest, ExecResult, Fleet } from './fleet.ts';

const STEP_TIMEOUT_MS = 10_000;

/**
 * Runs a fault's commands, each in its place. Throws when the fault is unknown, when this kind of fleet or its backend cannot
 * play it, or when a command fails: half a fault proves nothing.
 */
export async function injectFault(
  name: string,
  {
    kind,
    backend,
    variant,
    adapt = (fault) => fault,
  }: {
    readonly kind: Fleet['kind'];
    readonly backend: OverlayName;
    readonly variant?: string;
    /** What the fault's commands are on this fleet, where they were written for the plain one. */
    readonly adapt?: (fault: Fault) => Fault;
  },
  runIn: (place: string, request: ExecRequest) => Promise<ExecResult>,
): Promise<Fault> {
  const fault = findFault(name) ?? faultPairs.find((pair) => pair.name === name);
  if (fault === undefined) {
    throw new Error(`no fault is called ${name}; known: ${faultCatalogue.map((known) => known.name).join(', ')}`);
  }
  if (fault.needs === 'namespaces' && kind !== 'namespaces') {
    throw new Error(`${name} needs the fleet of network namespaces: the simulated one has no kernel to break that way`);
  }
  const wanted = backendOf(fault);
  if (wanted !== backend)
    throw new Error(`${name} needs a fleet whose flannel runs ${wanted}: this one runs ${backend}`);
  if (fault.variant !== undefined && fault.variant !== variant)
    throw new Error(`${name} needs the fleet of \`restitch lab up --variant ${fault.variant}\``);
  const { inject } = fault.variant === undefined ? adapt(fault) : fault;
  for (const { place, argv } of inject) {
    const result = await runIn(place, { argv, timeoutMs: STEP_TIMEOUT_MS });
    if (result.code === 0) continue;
    const why = result.timedOut ? 'timed out' : `exit ${result.code}`;
    throw new Error(`${name} in ${place}: ${argv.join(' ')}: ${why}: ${result.stderr.trim()}`);
  }
  return fault;
}
