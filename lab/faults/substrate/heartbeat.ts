import { type FaultStep, shell } from '../../fault.ts';

/** Lets a spoke speak through the tunnel every second, as kubelet's heartbeats do; it ends with the namespace. */
export function heartbeat(spoke: string): FaultStep {
  return shell(spoke, 'setsid ping -n -q -i 1 10.200.0.1 >/dev/null 2>&1 </dev/null &');
}
