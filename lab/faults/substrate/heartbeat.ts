import { type FaultStep, shell } from '../../fault.ts';

/** Lets a spoke speak through the tunnel all the time, as a kubelet's heartbeats do; it ends with the namespace. */
export function heartbeat(spoke: string, everySeconds: number): FaultStep {
  return shell(spoke, `setsid ping -n -q -i ${everySeconds} 10.200.0.1 >/dev/null 2>&1 </dev/null &`);
}
