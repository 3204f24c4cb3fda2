import { type FaultStep, shell } from '../../fault.ts';

/** Sends a signal to the wireguard-go of one host: it is told by its network namespace. */
export function signalDaemon(host: string, signal: 'STOP' | 'KILL' | 'TERM'): FaultStep {
  return shell(host, `kill -${signal} $(pgrep --ns $$ --nslist net -x wireguard-go)`);
}
