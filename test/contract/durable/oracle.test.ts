import { LocalDurableTestRunner, WaitingOperationStatus } from '@aws/durable-execution-sdk-js-testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEmbeddedFixture, runToEnd } from './embedded-fixture.ts';
import { sampleHandler, sampleWorkflows } from './sample-workflows.ts';

interface Outcome {
  readonly status: string;
  readonly result: unknown;
  readonly operations: readonly string[];
}

const input = { incidentId: 'eu.gpu-1.1' };
const answer = { type: 'decision', decision: 'approved' };

/** The same workflow on AWS's own testing package. */
async function onTestingPackage(name: string): Promise<Outcome> {
  const answered = Promise.withResolvers<void>();
  const runner = new LocalDurableTestRunner({
    handlerFunction: sampleHandler(name, { runs: new Map(), submit: () => answered.resolve() }),
  });
  const run = runner.run({ payload: input });
  if (name === 'a callback that is answered') {
    await answered.promise;
    const callback = await runner.getOperation('approval').waitForData(WaitingOperationStatus.SUBMITTED);
    await callback.sendCallbackSuccess(JSON.stringify(answer));
  }
  const result = await run;
  const status = String(result.getStatus());
  return {
    status: status.toLowerCase(),
    result: status === 'SUCCEEDED' ? result.getResult() : errorOf(result.getError()),
    operations: result
      .getOperations()
      .map((operation) => line(operation.getType(), operation.getSubType(), operation.getName(), operation.getStatus()))
      .sort(),
  };
}

async function onEmbeddedEngine(name: string): Promise<Outcome> {
  const fixture = await createEmbeddedFixture();
  try {
    const submitted: string[] = [];
    const outside = {
      runs: new Map<string, number>(),
      submit: (callbackId: string) => void submitted.push(callbackId),
    };
    const engine = fixture.open(sampleHandler(name, outside));
    await engine.start('sample', input);
    await engine.idle();
    for (const callbackId of submitted) await engine.completeCallback(callbackId, answer);
    await runToEnd(engine, fixture.clock, 'sample');
    const { status, reason } = await engine.describe('sample');
    return {
      status,
      result: status === 'succeeded' ? engine.result('sample') : reason,
      operations: engine
        .operations('sample')
        .map((operation) => line(operation.Type, operation.SubType, operation.Name, operation.Status))
        .sort(),
    };
  } finally {
    await fixture.close();
  }
}

/** Branches run side by side, so the order in which operations begin is nobody's promise; the lists are sorted. */
function line(...parts: readonly (string | undefined)[]): string {
  return parts.map((part) => part ?? '-').join(' ');
}

function errorOf(error: { readonly errorType: string | undefined; readonly errorMessage: string | undefined }): string {
  return `${error.errorType}: ${error.errorMessage}`;
}

describe('the embedded engine, measured against the testing package of AWS', () => {
  beforeAll(() => LocalDurableTestRunner.setupTestEnvironment());
  afterAll(() => LocalDurableTestRunner.teardownTestEnvironment());

  // The testing package really waits where a workflow waits, so they wait together.
  it.concurrent.each(Object.keys(sampleWorkflows))(
    'ends %s with the same result and the same operations',
    async (name) => {
      const expected = await onTestingPackage(name);
      expect(await onEmbeddedEngine(name)).toEqual(expected);
      expect(expected.operations.length).toBeGreaterThan(0);
    },
  );
});
