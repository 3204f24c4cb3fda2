import { faultCatalogue, findFault } from './faults/catalogue.ts';
import type { Fleet, InjectedFault } from './fleet.ts';

const STEP_TIMEOUT_MS = 10_000;

/** Runs a fault's commands on the fleet. Throws when the fault is unknown or a command fails: half a fault proves nothing. */
export async function injectFault(fleet: Pick<Fleet, 'exec'>, name: string): Promise<InjectedFault> {
  const fault = findFault(name);
  if (fault === undefined) {
    throw new Error(`no fault is called ${name}; known: ${faultCatalogue.map((known) => known.name).join(', ')}`);
  }
  for (const { host, argv } of fault.inject) {
    const result = await fleet.exec(host, { argv, timeoutMs: STEP_TIMEOUT_MS });
    if (result.code !== 0) throw new Error(`${name} on ${host}: ${argv.join(' ')}: ${result.stderr.trim()}`);
  }
  return fault;
}
