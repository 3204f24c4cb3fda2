import type { FaultClass } from '../../core/fault-class.ts';
import type { Runbook } from '../../core/runbook/runbook.ts';
import { withDrain } from '../../core/runbook/with-drain.ts';
import { runbookFor } from '../../runbooks/catalogue.ts';
import type { Run } from './run.ts';

/** The runbook of a class as the team allows it. Undefined: there is none. */
export function runbookOf({ settings }: Pick<Run, 'settings'>, faultClass: FaultClass): Runbook | undefined {
  const runbook = runbookFor(faultClass);
  return runbook && withDrain(runbook, settings.drain);
}
