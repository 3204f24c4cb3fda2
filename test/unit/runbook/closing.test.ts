import { describe, expect, it } from 'vitest';
import { dispatch } from '../../../functions/dispatch/dispatch.ts';
import { createInMemoryNodeDirectory } from '../../fakes/in-memory-node-directory.ts';
import { workItemOf } from '../../fakes/sample-records.ts';
import { createIncidentUnderTest } from './incident-under-test.ts';

const ID = 'lab.gpu-1.1';
const target = { cluster: 'lab', node: 'gpu-1' };
const later = workItemOf({ target, fingerprint: 'later', alertname: 'CameLater' });

/** An incident of gpu-1; `when` says when the node breaks again and its alert fires: after this look, or just before its end is written. */
function setUp(when: { readonly look: number } | 'end') {
  const work = createIncidentUnderTest();
  const ports = { ...work, directory: createInMemoryNodeDirectory() };
  const { appendReceipt } = work.store;
  let looks = 0;
  let happened = false;
  const happen = async (now: boolean) => {
    if (!now || happened) return;
    happened = true;
    work.commands.broken = true;
    expect(await dispatch(later, ports)).toBe('attached');
  };
  work.store.appendReceipt = async (entries, change) => {
    const events = [entries].flat().map(({ event }) => event);
    await happen(when === 'end' && events.includes('closed'));
    const stored = await appendReceipt(entries, change);
    if (events.includes('diagnosis')) looks += 1;
    await happen(when !== 'end' && looks === when.look);
    return stored;
  };
  return { ...work, dispatch: () => dispatch(later, ports) };
}

describe('an alert that comes while the incident closes', () => {
  it.each([
    ['after the last look', { look: 3 }],
    ['between the last look and the end', 'end'],
  ] as const)('%s keeps it open: the node is looked at and repaired again', async (_, when) => {
    const work = setUp(when);
    await work.start();
    expect(await work.untilClosed()).toMatchObject({ outcome: 'repaired' });
    expect(work.commands.broken).toBe(false);
    expect(work.acted()).toEqual(['apply', 'confirm', 'apply', 'confirm']);
    const receipt = await work.store.readReceipt(ID);
    const attached = receipt.findIndex(({ summary }) => summary === 'CameLater is firing');
    expect(receipt.findLastIndex(({ event }) => event === 'diagnosis')).toBeGreaterThan(attached);
    expect(receipt.at(-1)?.event).toBe('closed');
    expect(receipt.map(({ summary }) => summary)).toContain('not closed: CameLater came after the last look');
    // Only now its repetition is about something that was looked at.
    expect(await work.dispatch()).toBe('already-closed');
  });

  it('before the last look closes with it', async () => {
    const work = setUp({ look: 1 });
    await work.start();
    expect(await work.untilClosed()).toMatchObject({ outcome: 'repaired' });
    expect(work.acted()).toEqual(['apply', 'confirm']);
  });
});
