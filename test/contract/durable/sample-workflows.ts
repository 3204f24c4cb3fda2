import { type DurableContext, StepSemantics, withDurableExecution } from '@aws/durable-execution-sdk-js';

/** What a sample touches outside itself. */
export interface Outside {
  /** How often each step's body has run. */
  readonly runs: Map<string, number>;
  /** Called with every callback that waits for an answer. */
  readonly submit: (callbackId: string) => void;
}

type Workflow = (outside: Outside) => (input: unknown, context: DurableContext) => Promise<unknown>;

const never = { retryStrategy: () => ({ shouldRetry: false }) };

function retryAfterOneSecond(attempts: number) {
  return {
    retryStrategy: (_error: Error, attempt: number) => ({ shouldRetry: attempt < attempts, delay: { seconds: 1 } }),
  };
}

/** Counts a run of this body and returns how many there were. */
function count({ runs }: Outside, name: string): number {
  const runsSoFar = (runs.get(name) ?? 0) + 1;
  runs.set(name, runsSoFar);
  return runsSoFar;
}

function nameAndMessage(error: unknown): string {
  return error instanceof Error ? `${error.constructor.name}: ${error.message}` : String(error);
}

/** Small workflows, each about one thing that the SDK offers. */
export const sampleWorkflows: Readonly<Record<string, Workflow>> = {
  'two steps': () => async (input, context) => {
    const first = await context.step('first', async () => ({ input }));
    return context.step('second', async () => [first, first]);
  },
  'a step without a result': () => async (_input, context) => {
    await context.step('nothing', async () => undefined);
  },
  'a step that succeeds at its third attempt': (outside) => async (_input, context) =>
    context.step(
      'flaky',
      async () => {
        if (count(outside, 'flaky') < 3) throw new TypeError('not yet');
        return 'at last';
      },
      retryAfterOneSecond(5),
    ),
  'a step that never succeeds': () => async (_input, context) => {
    try {
      return await context.step('hopeless', async () => Promise.reject(new RangeError('no')), retryAfterOneSecond(2));
    } catch (error) {
      return nameAndMessage(error);
    }
  },
  'an error that nobody catches': () => async (_input, context) => {
    await context.step('fine', async () => 1);
    throw new RangeError('out of range');
  },
  'an at-most-once step': (outside) => async (_input, context) =>
    context.step(
      'send',
      async () => {
        if (count(outside, 'send') < 2) throw new Error('refused');
        return 'sent';
      },
      { ...retryAfterOneSecond(3), semantics: StepSemantics.AtMostOncePerRetry },
    ),
  'a wait between two steps': (outside) => async (_input, context) => {
    await context.step('before', async () => count(outside, 'before'));
    await context.wait('pause', { seconds: 2 });
    return context.step('after', async () => count(outside, 'before'));
  },
  'a callback that is answered':
    ({ submit }) =>
    async (_input, context) =>
      context.waitForCallback('approval', async (callbackId) => submit(callbackId), { timeout: { seconds: 3_600 } }),
  'a callback that times out': () => async (_input, context) => {
    try {
      return await context.waitForCallback('approval', async () => undefined, { timeout: { seconds: 1 } });
    } catch (error) {
      return nameAndMessage(error);
    }
  },
  'a callback that falls silent': () => async (_input, context) => {
    try {
      const silence = { timeout: { seconds: 3_600 }, heartbeatTimeout: { seconds: 1 } };
      return await context.waitForCallback('work', async () => undefined, silence);
    } catch (error) {
      return nameAndMessage(error);
    }
  },
  'parallel branches, one of which waits': () => async (_input, context) => {
    const branches = await context.parallel('hosts', [
      async (branch: DurableContext) => branch.step('node', async () => 'node'),
      async (branch: DurableContext) => {
        await branch.wait('pause', { seconds: 1 });
        return branch.step('hub', async () => 'hub');
      },
      async (branch: DurableContext) => branch.step('peer', async () => 'peer'),
    ]);
    return branches.getResults();
  },
  'parallel branches, one of which fails': () => async (_input, context) => {
    const branches = await context.parallel(
      'hosts',
      [
        async (branch: DurableContext) => branch.step('good', async () => 'good'),
        async (branch: DurableContext) => branch.step('bad', async () => Promise.reject(new Error('bad')), never),
      ],
      { completionConfig: { toleratedFailureCount: 1 } },
    );
    return [branches.successCount, branches.failureCount];
  },
  'a condition that holds at the third look': () => async (_input, context) =>
    context.waitForCondition('looks', async (looks: number) => looks + 1, {
      initialState: 0,
      waitStrategy: (looks) =>
        looks >= 3 ? { shouldContinue: false } : { shouldContinue: true, delay: { seconds: 1 } },
    }),
  'a child context': (outside) => async (_input, context) => {
    const inner = await context.runInChildContext('round', async (child: DurableContext) => {
      const seen = await child.step('look', async () => count(outside, 'look'));
      await child.wait('rest', { seconds: 1 });
      return child.step('look again', async () => seen + 1);
    });
    await context.wait('pause', { seconds: 1 });
    return context.step('close', async () => inner);
  },
  'a child context that fails': () => async (_input, context) => {
    try {
      return await context.runInChildContext('round', async (child: DurableContext) =>
        child.step('look', async () => Promise.reject(new Error('blind')), never),
      );
    } catch (error) {
      return nameAndMessage(error);
    }
  },
  'a child context whose result is too large for a checkpoint': (outside) => async (_input, context) => {
    const inner = await context.runInChildContext('evidence', async (child: DurableContext) => {
      await child.step('read', async () => count(outside, 'read'));
      return 'x'.repeat(300_000);
    });
    await context.wait('pause', { seconds: 1 });
    return [inner.length, outside.runs.get('read')];
  },
};

/** The sample as Lambda would run it. */
export function sampleHandler(name: string, outside: Outside) {
  const workflow = sampleWorkflows[name];
  if (workflow === undefined) throw new TypeError(`no sample ${name}`);
  return withDurableExecution(workflow(outside));
}
