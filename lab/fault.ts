import type { InjectedFault } from './fleet.ts';

/** One program on one host. */
export interface FaultStep {
  readonly host: string;
  readonly argv: readonly [string, ...string[]];
}

/** A fault of the catalogue: how it happens in the field, the truth about it, and the plain commands that make it. */
export interface Fault extends InjectedFault {
  readonly inject: readonly FaultStep[];
}

/** Splits one command line at its blanks: faults are written as an operator would type them. */
export function on(host: string, line: string): FaultStep {
  const [program = '', ...rest] = line.split(' ');
  return { host, argv: [program, ...rest] };
}
