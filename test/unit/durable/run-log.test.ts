import { type DurableContext, withDurableExecution } from '@aws/durable-execution-sdk-js';
import { describe, expect, it } from 'vitest';
import { createJsonLog } from '../../../adapters/aws/json-log.ts';
import { inLogContext } from '../../../adapters/aws/log-context.ts';
import { withRequestLog } from '../../../adapters/aws/with-request-log.ts';
import { createEmbeddedEngine } from '../../../local/durable/embedded-engine.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { createRecordingLog } from '../../fakes/recording-log.ts';

describe('the log of a durable execution', () => {
  it('names execution and incident in every step, before and after a wait', async () => {
    const lines: string[] = [];
    const log = createJsonLog({ write: (line) => lines.push(line) });
    const clock = createFakeClock();
    const work = async (context: DurableContext) => {
      await context.step('look', async () => log.info('look', {}));
      await context.wait({ seconds: 60 });
      await context.step('act', async () => log.info('act', {}));
      return 'done';
    };
    const handler = withRequestLog(
      withDurableExecution(({ incidentId }: { readonly incidentId: string }, context: DurableContext) =>
        inLogContext({ incidentId }, () => work(context)),
      ),
    );
    const engine = createEmbeddedEngine({
      path: ':memory:',
      clock: clock.now,
      log: createRecordingLog(),
      handler,
    });
    await engine.start('eu_gpu-1_1-1', { incidentId: 'eu.gpu-1.1' });
    await engine.idle();
    clock.advanceSeconds(61);
    engine.tick();
    await engine.idle();
    const read = lines.map((line) => JSON.parse(line));
    const ofRun = { incidentId: 'eu.gpu-1.1', executionArn: expect.stringContaining('eu_gpu-1_1-1') };
    expect(read).toMatchObject([
      { event: 'look', ...ofRun },
      { event: 'act', ...ofRun },
    ]);
  });
});
