import { type DurableContext, withDurableExecution } from '@aws/durable-execution-sdk-js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEmbeddedFixture, createGate, durable, type EmbeddedFixture, runToEnd } from './embedded-fixture.ts';
import { holdsEngineContract } from './engine-contract.ts';

const hour = { timeout: { hours: 1 } };

/** Waits for an answer, and takes an answer that names an error for that error. */
const waitForAnswer = durable(async (context) => {
  const answer = JSON.parse(await context.waitForCallback('question', async () => undefined, hour));
  if (answer.error === undefined) return answer;
  throw Object.assign(new Error(answer.error.message), { name: answer.error.name });
});

describe('the embedded engine', () => {
  holdsEngineContract(async () => {
    const fixture = await createEmbeddedFixture();
    const engine = fixture.open(waitForAnswer);
    const callbackOf = (name: string) =>
      engine.operations(name).find(({ Type }) => Type === 'CALLBACK')?.CallbackDetails?.CallbackId ?? '';
    return {
      engine,
      startWaiting: async (name) => {
        await engine.start(name, {});
        await engine.idle();
        return callbackOf(name);
      },
      fail: async (name, { name: type, message }) => {
        await engine.completeCallback(callbackOf(name), { error: { name: type, message } });
        await engine.idle();
      },
      close: () => fixture.close(),
    };
  });
});

describe('the embedded engine, on one machine', () => {
  let fixture: EmbeddedFixture;
  beforeEach(async () => {
    fixture = await createEmbeddedFixture();
  });
  afterEach(() => fixture.close());

  function callbackIds(engine: ReturnType<EmbeddedFixture['open']>, name: string): readonly string[] {
    return engine.operations(name).flatMap(({ CallbackDetails }) => CallbackDetails?.CallbackId ?? []);
  }

  describe('when a name is used again', () => {
    it('runs one execution for two starts at the same moment', async () => {
      let runs = 0;
      const engine = fixture.open(durable((context) => context.step('count', async () => ++runs)));
      const outcomes = await Promise.all([engine.start('run-1', {}), engine.start('run-1', {})]);
      await engine.idle();
      expect(outcomes.sort()).toEqual(['exists', 'started']);
      expect(runs).toBe(1);
    });

    it('finds the execution that has ended, also after a restart', async () => {
      const first = fixture.open(durable(async () => 'done'));
      await first.start('run-1', {});
      await first.idle();
      await first.stop();
      const second = fixture.open(durable(async () => 'done again'));
      expect(await second.start('run-1', {})).toBe('exists');
      second.resume();
      await second.idle();
      expect(second.result('run-1')).toBe('done');
    });
  });

  describe('when two workers are on one execution', () => {
    it('refuses the checkpoint of the one that was overtaken, and keeps the word of the other', async () => {
      const gate = createGate();
      const slow = fixture.open(
        durable((context) =>
          context.step('repair', async () => {
            await gate.pass();
            return 'from the slow worker';
          }),
        ),
      );
      await slow.start('run-1', {});
      await gate.reached;
      const quick = fixture.open(durable((context) => context.step('repair', async () => 'from the quick worker')));
      quick.resume();
      await quick.idle();
      gate.open();
      await slow.idle();
      expect(quick.result('run-1')).toBe('from the quick worker');
      expect(fixture.log.of('worker-overtaken')).toEqual([{ execution: 'run-1' }]);
    });

    it('lets the overtaken one begin nothing further', async () => {
      const gate = createGate();
      const begun: string[] = [];
      const slow = fixture.open(
        durable(async (context) => {
          await context.step('first', gate.pass);
          await context.step('second', async () => void begun.push('slow'));
        }),
      );
      await slow.start('run-1', {});
      await gate.reached;
      const quick = fixture.open(
        durable(async (context) => {
          await context.step('first', async () => undefined);
          await context.wait('pause', { seconds: 60 });
        }),
      );
      quick.resume();
      await quick.idle();
      gate.open();
      await slow.idle();
      expect(begun).toEqual([]);
      expect(await quick.describe('run-1')).toEqual({ status: 'running' });
    });
  });

  describe('when a callback has a timeout', () => {
    const orTimeout = durable(async (context) => {
      try {
        return await context.waitForCallback('question', async () => undefined, { timeout: { seconds: 60 } });
      } catch (error) {
        return error instanceof Error ? error.constructor.name : 'unknown';
      }
    });

    it.each([
      [59, 'completed', '"yes"'],
      [60, 'gone', 'CallbackTimeoutError'],
    ] as const)('after %i s an answer is %s', async (seconds, outcome, result) => {
      const engine = fixture.open(orTimeout);
      await engine.start('run-1', {});
      await engine.idle();
      const [callbackId = ''] = callbackIds(engine, 'run-1');
      fixture.clock.advanceSeconds(seconds);
      engine.tick();
      expect(await engine.completeCallback(callbackId, 'yes')).toBe(outcome);
      await engine.idle();
      expect(engine.result('run-1')).toBe(result);
    });

    it('lets it run out while the process is away', async () => {
      const before = fixture.open(orTimeout);
      await before.start('run-1', {});
      await before.idle();
      await before.stop();
      fixture.clock.advanceSeconds(3_600);
      const after = fixture.open(orTimeout);
      after.resume();
      await after.idle();
      expect(after.result('run-1')).toBe('CallbackTimeoutError');
    });
  });

  describe('when a callback has a heartbeat', () => {
    const withHeartbeat = durable(async (context) => {
      const patience = { timeout: { seconds: 100 }, heartbeatTimeout: { seconds: 30 } };
      try {
        return await context.waitForCallback('work', async () => undefined, patience);
      } catch (error) {
        return error instanceof Error ? error.message : 'unknown';
      }
    });

    it('waits as long as signs of life come, up to the timeout', async () => {
      const engine = fixture.open(withHeartbeat);
      await engine.start('run-1', {});
      await engine.idle();
      const [callbackId = ''] = callbackIds(engine, 'run-1');
      for (const second of [25, 50, 75]) {
        fixture.clock.advanceSeconds(25);
        engine.tick();
        expect(await engine.heartbeat(callbackId), `at ${second} s`).toBe('alive');
      }
      fixture.clock.advanceSeconds(25);
      engine.tick();
      await engine.idle();
      expect(engine.result('run-1')).toBe('Callback timed out');
      expect(await engine.heartbeat(callbackId)).toBe('gone');
    });

    it('gives up after a silence', async () => {
      const engine = fixture.open(withHeartbeat);
      await engine.start('run-1', {});
      await engine.idle();
      fixture.clock.advanceSeconds(30);
      engine.tick();
      await engine.idle();
      expect(engine.result('run-1')).toBe('Callback timed out on heartbeat');
    });
  });

  describe('when the invocation breaks down outside the workflow', () => {
    it('tries again after a pause that doubles, and begins with one second again after a success', async () => {
      let broken = 3;
      const inner = durable(async (context) => {
        await context.wait('pause', { hours: 1 });
        return 'done';
      });
      const engine = fixture.open(async (event, context) => {
        if (broken-- > 0) throw new Error('no memory');
        return inner(event, context);
      });
      await engine.start('run-1', {});
      await engine.idle();
      const failures = () => fixture.log.of('invocation-broke-down').length;
      const seen = [failures()];
      for (let second = 0; second < 7; second++) {
        fixture.clock.advanceSeconds(1);
        engine.tick();
        await engine.idle();
        seen.push(failures());
      }
      expect(seen).toEqual([1, 2, 2, 3, 3, 3, 3, 3]);
      expect(engine.operations('run-1').map(({ Type }) => Type)).toEqual(['WAIT']);
    });
  });

  describe('when an execution takes longer than it may', () => {
    it('ends it as timed out, and its callback is gone', async () => {
      const engine = fixture.open(waitForAnswer, { executionTimeoutSeconds: 600 });
      await engine.start('run-1', {});
      await engine.idle();
      const [callbackId = ''] = callbackIds(engine, 'run-1');
      fixture.clock.advanceSeconds(599);
      engine.tick();
      expect(await engine.describe('run-1')).toEqual({ status: 'running' });
      fixture.clock.advanceSeconds(1);
      engine.tick();
      expect(await engine.describe('run-1')).toEqual({ status: 'timed-out' });
      expect(await engine.completeCallback(callbackId, {})).toBe('gone');
    });
  });

  describe('when the engine is stopped in the middle of a step', () => {
    it('records that step, begins no further one, and continues there after the next start', async () => {
      const gate = createGate();
      const begun: string[] = [];
      const workflow = durable(async (context) => {
        await context.step('first', async () => {
          begun.push('first');
          await gate.pass();
        });
        return context.step('second', async () => {
          begun.push('second');
          return 'done';
        });
      });
      const before = fixture.open(workflow);
      await before.start('run-1', {});
      await gate.reached;
      const stopped = before.stop();
      gate.open();
      await stopped;
      expect(begun).toEqual(['first']);
      const after = fixture.open(workflow);
      after.resume();
      await after.idle();
      expect(begun).toEqual(['first', 'second']);
      expect(after.result('run-1')).toBe('done');
    });
  });

  describe('when the state is larger than one page', () => {
    it('hands it out in pages, and repeats no step', async () => {
      const runs: number[] = [];
      const engine = fixture.open(
        durable(async (context) => {
          const sizes: number[] = [];
          for (let part = 0; part < 4; part++) {
            const text = await context.step(`part ${part}`, async () => {
              runs.push(part);
              return String(part).repeat(600_000);
            });
            sizes.push(text.length);
          }
          await context.wait('pause', { seconds: 1 });
          return sizes;
        }),
      );
      await engine.start('run-1', {});
      await runToEnd(engine, fixture.clock, 'run-1');
      expect(engine.result('run-1')).toEqual([600_000, 600_000, 600_000, 600_000]);
      expect(runs).toEqual([0, 1, 2, 3]);
    });
  });

  describe('when something is larger than the service takes', () => {
    const mebibyte = 1_048_576;
    /** As JSON, with its quotes. */
    const jsonOf = (bytes: number) => 'x'.repeat(bytes - 2);

    it.each([
      [mebibyte, 'succeeded'],
      [mebibyte + 1, 'failed'],
    ])('a step that returns %i bytes: the execution has %s', async (bytes, status) => {
      const engine = fixture.open(
        durable(async (context) => (await context.step('read', async () => jsonOf(bytes))).length),
      );
      await engine.start('run-1', {});
      await engine.idle();
      expect((await engine.describe('run-1')).status).toBe(status);
    });

    it.each([
      [mebibyte, 'succeeded'],
      [mebibyte + 1, 'failed'],
    ])('an execution that returns %i bytes has %s', async (bytes, status) => {
      const engine = fixture.open(durable(async () => jsonOf(bytes)));
      await engine.start('run-1', {});
      await engine.idle();
      expect((await engine.describe('run-1')).status).toBe(status);
    });

    it('refuses an input of more than 1 MiB, and a callback result of more than 256 KiB', async () => {
      const engine = fixture.open(waitForAnswer);
      await expect(engine.start('run-1', jsonOf(mebibyte + 1))).rejects.toMatchObject({ code: 'engine' });
      expect(await engine.describe('run-1')).toEqual({ status: 'absent' });
      await engine.start('run-1', {});
      await engine.idle();
      const [callbackId = ''] = callbackIds(engine, 'run-1');
      await expect(engine.completeCallback(callbackId, jsonOf(262_145))).rejects.toMatchObject({ retryable: false });
      expect(await engine.completeCallback(callbackId, jsonOf(262_144))).toBe('completed');
    });

    it.each(['', 'eu.gpu-1.1', 'a/b', 'x'.repeat(65)])('refuses the name "%s"', async (name) => {
      const engine = fixture.open(waitForAnswer);
      await expect(engine.start(name, {})).rejects.toMatchObject({ code: 'engine', retryable: false });
    });
  });

  it('names callbacks in the alphabet of the service', async () => {
    const engine = fixture.open(waitForAnswer);
    await engine.start('run_1-a', {});
    await engine.idle();
    expect(callbackIds(engine, 'run_1-a')).toEqual([expect.stringMatching(/^[A-Za-z0-9+/]{1,1024}={0,2}$/)]);
  });

  it('hands the workflow its input, and null where there was none', async () => {
    const engine = fixture.open(withDurableExecution(async (input: unknown, _context: DurableContext) => ({ input })));
    await engine.start('run-1', { run: 1 });
    await engine.start('run-2', undefined);
    await engine.idle();
    expect([engine.result('run-1'), engine.result('run-2')]).toEqual([{ input: { run: 1 } }, { input: null }]);
  });
});
