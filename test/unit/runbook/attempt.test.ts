import { describe, expect, it } from 'vitest';
import { createIncidentUnderTest } from './incident-under-test.ts';

async function workedOn(...lostAfterwards: string[]) {
  const work = createIncidentUnderTest();
  work.commands.lost = (name) => !work.commands.broken && lostAfterwards.some((kind) => name.startsWith(kind));
  await work.start();
  await work.untilAtRest();
  const receipt = await work.store.readReceipt('lab.gpu-1.1');
  const told = (event: string) => receipt.filter((entry) => entry.event === event).map(({ summary }) => summary);
  return { diagnoses: told('diagnosis'), climbed: told('climbed').join('\n') };
}

describe('when the node is still not healthy after a repair', () => {
  it('the repair stays where its cause is gone and a second fault shows: that is worked on next', async () => {
    const { diagnoses, climbed } = await workedOn('full');
    expect(diagnoses[0]).toContain('vxlan-wedge (fdb-missing)');
    expect(diagnoses[1]).toContain('mtu-black-hole');
    expect(climbed).not.toContain('reconcile did not heal gpu-1: verification');
  });

  it('it is taken back where paths are lost that passed before', async () => {
    const { diagnoses, climbed } = await workedOn('underlay', 'vtep');
    expect(diagnoses[1]).toContain('tunnel-down');
    expect(climbed).toContain('reconcile did not heal gpu-1: it made things worse: tunnel');
  });
});

describe('when Run Command is so slow that hosts take every change back before anybody could look', () => {
  it('nothing counts as tried, nobody is asked for the next rung, and a person has it in the end', async () => {
    const work = createIncidentUnderTest({ BUSY_SECONDS: '120' });
    work.commands.heals = [];
    const { send } = work.commands;
    work.commands.send = async (command) => {
      const sent = await send(command);
      if (command.document === 'apply') work.advanceSeconds(150);
      return sent;
    };
    await work.start();
    const { phase, tried } = await work.untilAtRest();
    expect([phase, tried]).toEqual(['handed-over', []]);
    expect(work.messenger.questions).toEqual([]);
    expect(work.acted().filter((document) => document === 'apply').length).toBeLessThan(6);
    const last = (await work.store.readReceipt('lab.gpu-1.1')).findLast(({ event }) => event === 'handed-over');
    expect(last?.summary).toContain('reconcile was taken back by its own timer before it could be verified');
  });
});

describe('when the script of a repair ends badly', () => {
  it('counts it as tried, and asks for the next rung', async () => {
    const work = createIncidentUnderTest();
    work.commands.failing = ['apply'];
    await work.start();
    await work.untilAsked();
    const receipt = await work.store.readReceipt('lab.gpu-1.1');
    const climbed = receipt.filter(({ event }) => event === 'climbed').map(({ summary }) => summary);
    expect(climbed[0]).toBe('reconcile did not heal gpu-1: it never ran: the journal of the node does not know it');
  });
});

describe('when the node has another fault by the time a person is asked', () => {
  it('withdraws the question, whatever comes of the other fault', async () => {
    const work = createIncidentUnderTest();
    work.commands.heals = [];
    await work.start();
    const asked = await work.untilAsked();
    work.commands.broken = false;
    work.commands.lost = (name) => name.startsWith('full');
    await work.engine.completeCallback(asked.pending?.callbackId ?? '', { type: 'signal' });
    const { tried } = await work.untilAtRest();
    // Too uncertain for any stage of its runbook: none of them was done, and none counts as tried.
    expect(tried.filter((entry) => entry.class === 'mtu-black-hole')).toEqual([]);
    expect(work.messenger.settled.at(-1)?.status).toBe('withdrawn');
  });
});
