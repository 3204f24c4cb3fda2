import { formatOperation, type Operation } from './operation.ts';

/** What one host is told to do, in the order of the batch. */
export interface HostPlan {
  readonly host: string;
  readonly operations: readonly Operation[];
}

/** The exact operations that turn actual into expected. `beyond`: what no operation of this plan mends, one sentence each. */
export interface Plan {
  readonly device: string;
  readonly hosts: readonly HostPlan[];
  readonly beyond: readonly string[];
}

/** One line per operation, with its host. */
export function planLines(plan: Plan): readonly string[] {
  return plan.hosts.flatMap(({ host, operations }) =>
    operations.map((operation) => `${host}: ${formatOperation(operation)}`),
  );
}
