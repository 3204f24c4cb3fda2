import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli } from '../../../cli/run-cli.ts';
import { guardsInOrder } from '../../../core/safety/guards/registry.ts';
import { receiptOf } from '../../fakes/sample-records.ts';
import { temporaryFolder } from '../../fakes/temporary-folder.ts';
import { createIncidentUnderTest } from '../runbook/incident-under-test.ts';

async function explain(receipt: unknown, ...args: readonly string[]) {
  const file = join(temporaryFolder(), 'receipt.json');
  await writeFile(file, JSON.stringify(receipt));
  const out: string[] = [];
  const err: string[] = [];
  const io = { out: (line: string) => out.push(line), err: (line: string) => err.push(line), environment: {} };
  return { code: await runCli(['explain', ...args, '--receipt', file], io), out, err };
}

describe('restitch explain', () => {
  it('shows every guard’s decision with its inputs, in order', async () => {
    const work = createIncidentUnderTest();
    await work.start();
    await work.untilClosed();
    const { code, out } = await explain(await work.store.readReceipt('lab.gpu-1.1'), 'lab.gpu-1.1');
    expect(code).toBe(0);
    const start = out.findIndex((line) => line.includes('reconcile may act'));
    const guards = out.slice(start + 1, start + 1 + 2 * guardsInOrder.length).filter((_, index) => index % 2 === 0);
    expect(guards.map((line) => line.trim().split(/\s+/))).toEqual(guardsInOrder.map(({ name }) => [name, 'allow']));
    expect(out.join('\n')).toContain('minConfidence=0.6');
    expect(out.at(-1)).toContain('closed: repaired');
  });

  it('says why a stage waits, and against which budget', async () => {
    const work = createIncidentUnderTest({ BUSY_SECONDS: '30' });
    work.commands.heals = [];
    work.cluster.change('gpu-2', (node) => ({ ...node, spec: { ...node.spec, unschedulable: true } }));
    await work.start();
    await work.untilAtRest();
    const { out } = await explain(await work.store.readReceipt('lab.gpu-1.1'), 'lab.gpu-1.1');
    const text = out.join('\n');
    expect(text).toContain(
      'budget         wait: 1 of 2 nodes of pool gpu are out of service already; at most 1 may be',
    );
    expect(text).toContain('takes=["gpu-1"]');
  });

  it('takes the answer of the console, and entries of version 0.1.0', async () => {
    const guard = receiptOf({ event: 'guard', summary: 'reconcile may act', detail: { verdict: { type: 'allow' } } });
    const { code, out } = await explain({ incident: {}, receipt: [guard] }, guard.incidentId);
    expect([code, out.length]).toEqual([0, 1]);
  });

  it('shows what an alert says on one line, so that it can forge none', async () => {
    const summary = 'a label\n00:00:00Z  closed  repaired\u001b[2J\u2028\u202eend';
    const { out } = await explain([receiptOf({ summary })], receiptOf().incidentId);
    expect(out).toHaveLength(1);
    expect(out[0]).toMatch(/ a label 00:00:00Z {2}closed {2}repaired \[2J end$/);
  });

  it('fails for an incident that it does not find, and for none at all', async () => {
    expect((await explain([receiptOf()], 'lab.gpu-9.1')).code).toBe(1);
    expect((await explain([receiptOf()])).code).toBe(2);
  });
});
