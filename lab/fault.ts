import type { OverlayName } from '../core/overlay/overlay-name.ts';
import type { InjectedFault, NodeChange } from './fleet.ts';

/** One program in one place: a host (`gpu-1`), a router (`inet`, `vpc`, `nat1`, `nat2`) or a pod (`pod-gpu-1`). */
export interface FaultStep {
  readonly place: string;
  readonly argv: readonly [string, ...string[]];
}

/** A fault of the catalogue: how it happens in the field, the truth about it, and the plain commands that make it. */
export interface Fault extends InjectedFault {
  readonly inject: readonly FaultStep[];
  /** What it writes into Node objects, after the commands. */
  readonly nodeChanges?: readonly NodeChange[];
  /** How long after the last step the symptom is there: a handshake must age, a mapping expire. */
  readonly settleSeconds?: number;
  /** Nodes that it breaks too. Each has an alert and an incident of its own, after the alerting node's. */
  readonly alsoAlerting?: readonly string[];
  /** What the simulated fleet cannot play: routers, filters, timers, processes. */
  readonly needs?: 'namespaces';
  /** What flannel must run for it; VXLAN unless it says otherwise. */
  readonly backend?: OverlayName;
  /** The fleet that it happens to, where that is not the plain one of its backend. */
  readonly variant?: string;
}

/** The variant of the lab that a fault is for: the plain ones have the names of flannel's backends. */
export function variantOf(fault: Fault): string {
  return fault.variant ?? backendOf(fault);
}

export function backendOf({ backend }: Fault): OverlayName {
  return backend ?? 'vxlan';
}

/** Splits one command line at its blanks: faults are written as an operator would type them. */
export function on(place: string, line: string): FaultStep {
  const [program = '', ...rest] = line.split(' ');
  return { place, argv: [program, ...rest] };
}

/** A step that needs the shell: quoting, pipes, what only the place itself knows. */
export function shell(place: string, script: string): FaultStep {
  return { place, argv: ['sh', '-c', script] };
}
