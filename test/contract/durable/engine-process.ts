import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type DurableContext, StepSemantics, withDurableExecution } from '@aws/durable-execution-sdk-js';
import { createEmbeddedEngine } from '../../../local/durable/embedded-engine.ts';

/**
 * An engine in a process of its own, to be killed. Arguments: its SQLite file, the journal to which every effect is
 * appended, and the effect in whose middle it hangs: a step's, `wait`, `callback`, or `-` for none. Prints `hanging` when
 * it is there, or how the execution ended.
 */
const [path = '', journal = '', hangIn = '-'] = process.argv.slice(2);
const never = { retryStrategy: () => ({ shouldRetry: false }) };

/** Leaves its mark and, where the test wants the crash, never comes back. */
async function effect<T>(name: string, value: T): Promise<T> {
  appendFileSync(journal, `${name}\n`);
  if (name !== hangIn) return value;
  process.stdout.write('hanging\n');
  // A timer keeps the process alive until it is killed.
  await sleep(600_000);
  return value;
}

async function sendOrReconcile(context: DurableContext): Promise<string> {
  try {
    return await context.step('send', () => effect('send', 'sent'), {
      ...never,
      semantics: StepSemantics.AtMostOncePerRetry,
    });
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.name : 'unknown';
    return context.step('reconcile', () => effect('reconcile', `reconciled after ${cause}`));
  }
}

const engine = createEmbeddedEngine({
  path,
  log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  handler: withDurableExecution(async (_input: unknown, context: DurableContext) => {
    const looked = await context.step('look', () => effect('look', 'looked'));
    const sent = await sendOrReconcile(context);
    await context.wait('settle down', { seconds: 1 });
    const checked = await context.runInChildContext('round', async (child: DurableContext) => {
      await child.step('probe', () => effect('probe', 'probed'));
      return child.step('verify', () => effect('verify', 'verified'));
    });
    const answer = await context.waitForCallback('approval', () => effect('ask', undefined), { timeout: { hours: 1 } });
    const closed = await context.step('close', () => effect('close', 'closed'));
    return [looked, sent, checked, JSON.parse(answer), closed];
  }),
});

function isAt(type: string, status: string): boolean {
  return engine.operations('run').some((operation) => operation.Type === type && operation.Status === status);
}

/** The callback that somebody was really asked to answer. */
function openCallback(): string | undefined {
  const operations = engine.operations('run');
  const callback = operations.find(({ Type }) => Type === 'CALLBACK');
  const asked = operations.some(
    ({ Type, ParentId, Status }) => Type === 'STEP' && ParentId === callback?.ParentId && Status === 'SUCCEEDED',
  );
  return asked && callback?.Status === 'STARTED' ? callback.CallbackDetails?.CallbackId : undefined;
}

await engine.start('run', {});
engine.resume();
for (;;) {
  const { status, reason } = await engine.describe('run');
  if (status !== 'running') {
    process.stdout.write(`${status} ${JSON.stringify(engine.result('run') ?? reason)}\n`);
    break;
  }
  const callbackId = openCallback();
  if (hangIn === 'wait' && isAt('WAIT', 'STARTED')) process.stdout.write('hanging\n');
  if (hangIn === 'callback' && callbackId !== undefined) process.stdout.write('hanging\n');
  if (hangIn !== 'callback' && callbackId !== undefined) await engine.completeCallback(callbackId, 'yes');
  await sleep(20);
}
await engine.stop();
