import { type ErrorCode, RestitchError } from '../../core/restitch-error.ts';

/**
 * `refused`: nothing happened and the call failed. `lost-reply`: it happened, and the caller got an error all the same.
 * `crash`: it happened, and the caller died: the error is none of ours, nobody handles it.
 */
export type Fault = 'refused' | 'lost-reply' | 'crash';

/** What a process sees of its own death: nothing translates or retries it. */
export class Crash extends Error {
  override readonly name = 'Crash';
}

/** The faults that a fake is told to show, method by method, in order. */
export interface Faults {
  /** The next calls of `method` fail like this, one fault per call; then it works again. */
  next(method: string, ...faults: readonly (Fault | 'none')[]): void;
  /** Every call of every method fails like this, until told otherwise. */
  always(fault: Fault | 'none'): void;
  /** Forgets every fault that has not shown yet. */
  clear(): void;
  /** Used by the fake itself: runs `body` with the fault that is due. */
  around<T>(method: string, body: () => T | Promise<T>): Promise<T>;
}

export function createFaults(code: ErrorCode): Faults {
  const planned = new Map<string, (Fault | 'none')[]>();
  let standing: Fault | 'none' = 'none';
  return {
    next: (method, ...faults) => planned.set(method, [...(planned.get(method) ?? []), ...faults]),
    always: (fault) => {
      standing = fault;
    },
    clear: () => {
      planned.clear();
      standing = 'none';
    },
    around: async (method, body) => {
      const fault = planned.get(method)?.shift() ?? standing;
      if (fault === 'refused') throw failure(code, method, fault);
      const result = await body();
      if (fault === 'crash') throw new Crash(`died after ${method}`);
      if (fault === 'lost-reply') throw failure(code, method, fault);
      return result;
    },
  };
}

function failure(code: ErrorCode, method: string, fault: Fault): RestitchError {
  return new RestitchError(code, `${method}: ${fault}`, { retryable: true });
}
