/** The port to the durable execution service, for dispatch, approval and sweep. Throws `RestitchError` (code `engine`). */
export interface ExecutionEngine {
  /** Starts the durable execution `name` (the idempotency key), or finds the one that exists. */
  start(name: string, input: unknown): Promise<'started' | 'exists'>;
  /** Completes a pending callback with a JSON result. `gone`: already completed, timed out, or unknown. */
  completeCallback(callbackId: string, result: unknown): Promise<'completed' | 'gone'>;
  describe(name: string): Promise<ExecutionStatus>;
}

/** What a caller needs that starts executions and wakes them. */
export type ExecutionStarter = Pick<ExecutionEngine, 'start' | 'completeCallback'>;

export interface ExecutionStatus {
  readonly status: 'running' | 'succeeded' | 'failed' | 'timed-out' | 'stopped' | 'absent';
  readonly reason?: string;
}
