import { expect, it } from 'vitest';
import type { ShownMessages } from '../../../core/incident/shown-messages.ts';

/** What every record of shown messages must do. Called inside a `describe`. */
export function describeShownMessages(newMessages: () => Promise<ShownMessages>): void {
  const incident = { type: 'incident', incidentId: 'lab-1.gpu-1.1' } as const;
  const approval = { type: 'approval', approvalId: 'lab-1.gpu-1.1' } as const;
  const escalation = { ...approval, type: 'escalation' } as const;

  it('know nothing of what was never posted', async () => {
    expect(await (await newMessages()).find(incident)).toBeUndefined();
  });

  it('hold the latest state, for each subject its own', async () => {
    const messages = await newMessages();
    await messages.keep(incident, { channel: 'C1', ts: '1.0', state: '1' });
    await messages.keep(approval, { channel: 'C1', ts: '2.0', state: 'pending' });
    await messages.keep(escalation, { channel: 'C2', ts: '3.0', state: 'pending' });
    await messages.keep(incident, { channel: 'C1', ts: '1.0', state: '2' });
    expect(await messages.find(escalation)).toEqual({ channel: 'C2', ts: '3.0', state: 'pending' });
    expect(await messages.find(incident)).toEqual({ channel: 'C1', ts: '1.0', state: '2' });
    expect(await messages.find(approval)).toEqual({ channel: 'C1', ts: '2.0', state: 'pending' });
  });
}
