import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ExecutionEngine } from '../../../core/incident/execution-engine.ts';

/** An engine with a hand on what happens behind it. */
export interface EngineUnderTest {
  readonly engine: ExecutionEngine;
  /** A running execution, and a callback for which it waits. */
  startWaiting(name: string): Promise<string>;
  /** Lets a running execution fail with this error. */
  fail(name: string, error: Error): Promise<void>;
  close(): Promise<void>;
}

/** What dispatch, approval and sweep rely on, whichever engine is behind the port. */
export function holdsEngineContract(create: () => Promise<EngineUnderTest>): void {
  let subject: EngineUnderTest;
  beforeEach(async () => {
    subject = await create();
  });
  afterEach(() => subject.close());

  it('starts an execution under its name', async () => {
    expect(await subject.engine.start('eu_gpu-1_1-1', { run: 1 })).toBe('started');
    expect(await subject.engine.describe('eu_gpu-1_1-1')).toEqual({ status: 'running' });
  });

  it('finds the execution that a name already has, whatever the input', async () => {
    await subject.engine.start('eu_gpu-1_1-1', { run: 1 });
    expect(await subject.engine.start('eu_gpu-1_1-1', { run: 2 })).toBe('exists');
  });

  it('knows nothing of a name that was never started, though it begins like one that was', async () => {
    await subject.engine.start('eu_gpu-1_1-10', {});
    expect(await subject.engine.describe('eu_gpu-1_1-1')).toEqual({ status: 'absent' });
  });

  it('tells executions apart whose names begin alike', async () => {
    for (const run of [12, 11, 10]) await subject.engine.start(`eu_gpu-1_1-${run}`, { run });
    await subject.startWaiting('eu_gpu-1_1-1');
    await subject.fail('eu_gpu-1_1-1', new RangeError('out of range'));
    expect((await subject.engine.describe('eu_gpu-1_1-1')).status).toBe('failed');
  });

  it('completes a callback once; whoever comes second hears that it is gone', async () => {
    const callbackId = await subject.startWaiting('eu_gpu-1_1-1');
    expect(await subject.engine.completeCallback(callbackId, { decision: 'approved' })).toBe('completed');
    expect(await subject.engine.completeCallback(callbackId, { decision: 'rejected' })).toBe('gone');
  });

  it('says that a callback nobody knows is gone', async () => {
    expect(await subject.engine.completeCallback(Buffer.from('nobody').toString('base64'), {})).toBe('gone');
  });

  it('tells why an execution failed', async () => {
    await subject.startWaiting('eu_gpu-1_1-1');
    await subject.fail('eu_gpu-1_1-1', new RangeError('out of range'));
    expect(await subject.engine.describe('eu_gpu-1_1-1')).toEqual({
      status: 'failed',
      reason: 'RangeError: out of range',
    });
  });
}
