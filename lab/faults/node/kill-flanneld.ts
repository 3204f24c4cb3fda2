import { type FaultStep, on } from '../../fault.ts';

/** Ends flanneld of a host for good. */
export function killFlanneld(host: string): readonly FaultStep[] {
  return [on(host, 'pkill -KILL -x supervise'), on(host, 'pkill -KILL -x flanneld')];
}
