import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createJsonLog } from '../../../adapters/aws/json-log.ts';
import { inLogContext } from '../../../adapters/aws/log-context.ts';
import { withRequestLog } from '../../../adapters/aws/with-request-log.ts';

const AT = Date.parse('2026-11-22T03:00:00Z');
const timestamp = '2026-11-22T03:00:00.000Z';

function setUp() {
  const lines: string[] = [];
  const log = createJsonLog({ write: (line) => lines.push(line), clock: () => AT });
  return { log, lines, read: () => lines.map((line) => JSON.parse(line)) };
}

describe('the log', () => {
  it('is one line of JSON per decision, whatever the text, with its time', () => {
    const { log, lines } = setUp();
    log.warn('alert-refused', { why: 'two\nlines', path: undefined });
    expect(lines).toEqual([
      `{"why":"two\\nlines","timestamp":"${timestamp}","level":"warn","event":"alert-refused"}\n`,
    ]);
  });

  it('shows control characters to a terminal and lets it obey none', () => {
    const { log, lines, read } = setUp();
    const why = '\u001b[2J \u009b31m \u007f \u202e \u2028 \u{e0001}';
    log.warn('alert-refused', { why });
    expect(lines[0]).toContain(String.raw`\u001b[2J \u009b31m \u007f \u202e \u2028 \udb40\udc01`);
    expect(read()).toMatchObject([{ why }]);
  });

  it('says of a text that is too long how long it is', () => {
    const { log, read } = setUp();
    log.warn('command-refused', { by: 'x'.repeat(4_000), of: ['y'.repeat(4_001)] });
    expect(read()).toMatchObject([{ by: 'x'.repeat(4_000), of: [`${'y'.repeat(4_000)}… (4001 characters)`] }]);
  });

  it('keeps its own words when a field has the same name', () => {
    const { log, read } = setUp();
    log.info('decided', { level: 'fake', event: 'fake', timestamp: 'fake' });
    expect(read()).toEqual([{ timestamp, level: 'info', event: 'decided' }]);
  });
});

describe('the lines of a request', () => {
  it('say which one it is, and two that are handled at once are not mixed up', async () => {
    const { log, read } = setUp();
    const handler = withRequestLog(async (event: { readonly ms: number }, _context: unknown) => {
      await sleep(event.ms);
      log.info('handled', { ms: event.ms });
    });
    await Promise.all([handler({ ms: 20 }, { awsRequestId: 'slow' }), handler({ ms: 1 }, { awsRequestId: 'fast' })]);
    log.info('after', {});
    expect(read()).toMatchObject([{ requestId: 'fast', ms: 1 }, { requestId: 'slow', ms: 20 }, { event: 'after' }]);
    expect(read().at(-1)).not.toHaveProperty('requestId');
  });

  it('say which execution it goes on with, and what the work inside adds', () => {
    const { log, read } = setUp();
    const handler = withRequestLog((_event: unknown, _context: unknown) =>
      inLogContext({ incidentId: 'eu.gpu-1.1' }, () => log.info('guard', { stage: 'bounce' })),
    );
    handler({ DurableExecutionArn: 'arn:execution' }, { awsRequestId: 'r-1' });
    const ofRun = { requestId: 'r-1', executionArn: 'arn:execution', incidentId: 'eu.gpu-1.1', stage: 'bounce' };
    expect(read()).toEqual([{ ...ofRun, timestamp, level: 'info', event: 'guard' }]);
  });

  it('are there where nothing says which it is', () => {
    const { log, read } = setUp();
    withRequestLog((_event: unknown, _context: unknown) => log.info('handled', {}))(null, undefined);
    expect(read()).toEqual([{ timestamp, level: 'info', event: 'handled' }]);
  });
});
