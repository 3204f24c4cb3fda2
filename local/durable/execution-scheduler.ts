import type { DurableLambdaHandler } from '@aws/durable-execution-sdk-js';
import type { Log } from '../../core/log.ts';
import type { ExecutionTable } from './execution-table.ts';
import { type InvocationPorts, runInvocation } from './run-invocation.ts';

export interface SchedulerOptions {
  readonly handler: DurableLambdaHandler;
  readonly log: Log;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  /** False: the caller fires timers with `tick`. */
  readonly ownTimer: boolean;
  readonly executionTimeoutSeconds?: number;
}

const LONGEST_SLEEP_MS = 30_000;
/** A failed invocation is retried after a pause that doubles, as Lambda does for asynchronous invocations. */
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;

/** Decides when an execution gets an invocation: at once, when a timer is due, or after a pause; one at a time for each. */
export class ExecutionScheduler {
  readonly #table: ExecutionTable;
  readonly #options: SchedulerOptions;
  readonly #ports: InvocationPorts;
  readonly #running = new Map<string, Promise<void>>();
  /** When (epoch ms) a failed invocation is retried. */
  readonly #retryAt = new Map<string, number>();
  /** The pause (ms) before that; kept until an invocation succeeds. */
  readonly #pauses = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(table: ExecutionTable, options: SchedulerOptions) {
    this.#table = table;
    this.#options = options;
    const { handler, log, clock } = options;
    const stopping = () => this.#stopped;
    this.#ports = { table, handler, log, clock, stopping, onCheckpoint: () => this.#sleep() };
  }

  /** Starts a worker unless one is running; a running one checks for new work before it ends. */
  wake(name: string): void {
    if (this.#stopped || this.#running.has(name)) return;
    const worker = this.#work(name).finally(() => {
      this.#running.delete(name);
      if (this.#stopped) return;
      if (!this.#retryAt.has(name) && this.#hasNews(name)) this.wake(name);
      this.#sleep();
    });
    this.#running.set(name, worker);
  }

  /** Fires due timers and starts due invocations. */
  tick(): void {
    if (this.#stopped) return;
    const now = this.#options.clock();
    this.#endOverdue(now);
    const rested = [...this.#retryAt].filter(([, at]) => at <= now).map(([name]) => name);
    for (const name of rested) this.#retryAt.delete(name);
    for (const name of [...this.#table.fireTimers(now), ...rested]) this.wake(name);
    this.#sleep();
  }

  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running.values());
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await Promise.all(this.#running.values());
  }

  async #work(name: string): Promise<void> {
    let outcome = await runInvocation(name, this.#ports);
    while (outcome === 'suspended' && !this.#stopped && this.#hasNews(name)) {
      outcome = await runInvocation(name, this.#ports);
    }
    if (outcome === 'broke-down') this.#retryLater(name);
    else this.#pauses.delete(name);
  }

  #retryLater(name: string): void {
    const before = this.#pauses.get(name);
    const pauseMs = before === undefined ? FIRST_RETRY_MS : Math.min(before * 2, LONGEST_RETRY_MS);
    this.#pauses.set(name, pauseMs);
    this.#retryAt.set(name, this.#options.clock() + pauseMs);
  }

  #hasNews(name: string): boolean {
    return this.#table.find(name)?.status === 'running' && this.#table.operations.hasFresh(name);
  }

  #endOverdue(now: number): void {
    const { executionTimeoutSeconds, log } = this.#options;
    if (executionTimeoutSeconds === undefined) return;
    for (const name of this.#table.timeOut(now - executionTimeoutSeconds * 1_000)) {
      log.error('execution-timed-out', { execution: name });
    }
  }

  /** Epoch milliseconds of the next timer or retry. Undefined: there is none. */
  nextDueAt(): number | undefined {
    const moments = [...this.#retryAt.values()];
    const nextTimerAt = this.#table.operations.nextTimerAt();
    if (nextTimerAt !== undefined) moments.push(nextTimerAt);
    return moments.length === 0 ? undefined : Math.min(...moments);
  }

  /** Sets the one timer to the next moment at which anything is due. */
  #sleep(): void {
    clearTimeout(this.#timer);
    const { ownTimer, clock, executionTimeoutSeconds } = this.#options;
    if (this.#stopped || !ownTimer) return;
    const nextAt = this.nextDueAt() ?? (executionTimeoutSeconds === undefined ? undefined : Number.POSITIVE_INFINITY);
    if (nextAt === undefined) return;
    const sleepMs = nextAt - clock();
    this.#timer = setTimeout(() => this.tick(), Math.min(Math.max(sleepMs, 0), LONGEST_SLEEP_MS));
  }
}
