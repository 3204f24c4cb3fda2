import type { ExecutionEngine, ExecutionStatus } from '../../core/incident/execution-engine.ts';
import { createFaults, type Faults } from './faults.ts';

/** Executions that are started, waited for and completed, but run nothing. */
export interface FakeEngine extends ExecutionEngine {
  /** Every execution that really began: a second start under the same name is none. */
  readonly started: readonly { readonly name: string; readonly input: unknown }[];
  /** Every callback that was really completed. */
  readonly completed: readonly { readonly callbackId: string; readonly result: unknown }[];
  readonly faults: Faults;
  /** Somebody waits for this callback from now on. */
  openCallback(callbackId: string): void;
  /** The execution ended, or was lost. */
  end(name: string, status: ExecutionStatus): void;
}

export function createFakeEngine(): FakeEngine {
  const started: { name: string; input: unknown }[] = [];
  const completed: { callbackId: string; result: unknown }[] = [];
  const statuses = new Map<string, ExecutionStatus>();
  const waiting = new Set<string>();
  const faults = createFaults('engine');
  return {
    started,
    completed,
    faults,
    openCallback: (callbackId) => void waiting.add(callbackId),
    end: (name, status) => void statuses.set(name, status),
    start: (name, input) =>
      faults.around('start', () => {
        if (statuses.has(name)) return 'exists' as const;
        statuses.set(name, { status: 'running' });
        started.push({ name, input: structuredClone(input) });
        return 'started' as const;
      }),
    completeCallback: (callbackId, result) =>
      faults.around('completeCallback', () => {
        if (!waiting.delete(callbackId)) return 'gone' as const;
        completed.push({ callbackId, result: structuredClone(result) });
        return 'completed' as const;
      }),
    describe: (name) => faults.around('describe', () => statuses.get(name) ?? { status: 'absent' as const }),
  };
}
