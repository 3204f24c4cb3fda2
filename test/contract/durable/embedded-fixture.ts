import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DurableContext, type DurableLambdaHandler, withDurableExecution } from '@aws/durable-execution-sdk-js';
import { createEmbeddedEngine, type EmbeddedEngine } from '../../../local/durable/embedded-engine.ts';
import { createFakeClock, type FakeClock } from '../../fakes/fake-clock.ts';
import { createRecordingLog, type RecordingLog } from '../../fakes/recording-log.ts';

/** Engines on one file, with one clock that the test moves. */
export interface EmbeddedFixture {
  readonly path: string;
  readonly clock: FakeClock;
  readonly log: RecordingLog;
  open(handler: DurableLambdaHandler, options?: { readonly executionTimeoutSeconds?: number }): EmbeddedEngine;
  /** Stops every engine and removes the file. */
  close(): Promise<void>;
}

export async function createEmbeddedFixture(): Promise<EmbeddedFixture> {
  const folder = await mkdtemp(join(tmpdir(), 'restitch-durable-'));
  const path = join(folder, 'executions.sqlite');
  const clock = createFakeClock();
  const log = createRecordingLog();
  const engines: EmbeddedEngine[] = [];
  return {
    path,
    clock,
    log,
    open: (handler, options = {}) => {
      const engine = createEmbeddedEngine({ path, handler, log, clock: clock.now, ...options });
      engines.push(engine);
      return engine;
    },
    close: async () => {
      await Promise.all(engines.map((engine) => engine.stop()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A handler whose input does not matter. */
export function durable(workflow: (context: DurableContext) => Promise<unknown>): DurableLambdaHandler {
  return withDurableExecution((_input: unknown, context: DurableContext) => workflow(context));
}

const LONGEST_RUN_SECONDS = 120;

/** Lets the engine work and its clock run, second by second, until the execution has ended. */
export async function runToEnd(engine: EmbeddedEngine, clock: FakeClock, name: string): Promise<void> {
  for (let second = 0; second < LONGEST_RUN_SECONDS; second++) {
    await engine.idle();
    if ((await engine.describe(name)).status !== 'running') return;
    clock.advanceSeconds(1);
    engine.tick();
  }
  throw new Error(`${name} has not ended within ${LONGEST_RUN_SECONDS} s`);
}

/** A promise that a test resolves, and a sign that somebody waits for it. */
export interface Gate {
  readonly reached: Promise<void>;
  readonly pass: () => Promise<void>;
  open(): void;
}

export function createGate(): Gate {
  const arrival = Promise.withResolvers<void>();
  const opening = Promise.withResolvers<void>();
  return {
    reached: arrival.promise,
    pass: () => {
      arrival.resolve();
      return opening.promise;
    },
    open: () => opening.resolve(),
  };
}
