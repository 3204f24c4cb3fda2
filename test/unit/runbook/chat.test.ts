import { describe, expect, it } from 'vitest';
import { answer, createIncidentUnderTest } from './incident-under-test.ts';

type Work = ReturnType<typeof createIncidentUnderTest>;
const chats = ['up', 'down', 'hangs'] as const;

function workWith(chat: (typeof chats)[number], environment: Readonly<Record<string, string>> = {}): Work {
  const work = createIncidentUnderTest(environment);
  work.messenger.down = chat === 'down';
  work.messenger.hangs = chat === 'hangs';
  return work;
}

/** Every command in its order, what was recorded, and how long it took on the test's clock. */
async function stepsOf(work: Work, since: number) {
  const commands = work.commands.sent.map(({ document, operationKey }) => [document, operationKey]);
  const node = await work.cluster.getNode('gpu-1');
  return { commands, events: await work.events(), took: work.clock() - since, cordoned: node?.spec.unschedulable };
}

async function repairWith(chat: (typeof chats)[number]) {
  const work = workWith(chat);
  const since = work.clock();
  await work.start();
  const { outcome } = await work.untilClosed();
  return { outcome, ...(await stepsOf(work, since)) };
}

async function unansweredWith(chat: (typeof chats)[number]) {
  const work = workWith(chat, { APPROVAL_TIMEOUT_SECONDS: '600' });
  work.commands.heals = [];
  const since = work.clock();
  await work.start();
  const { phase } = await work.untilAtRest();
  return { phase, ...(await stepsOf(work, since)) };
}

describe.each(['down', 'hangs'] as const)('while the chat %s', (chat) => {
  it('a repair takes the same steps, and no longer', { timeout: 20_000 }, async () => {
    expect(await repairWith(chat)).toEqual(await repairWith('up'));
  });

  it('a question that nobody can see expires as one that nobody answers', { timeout: 20_000 }, async () => {
    expect(await unansweredWith(chat)).toEqual(await unansweredWith('up'));
  });
});

describe('when the chat returns', () => {
  it('after the incident, one message shows how it ended', async () => {
    const work = workWith('down');
    await work.start();
    await work.untilClosed();
    expect(work.messenger.notices).toEqual([]);
    work.messenger.down = false;
    await work.followChat();
    await work.followChat();
    expect(work.messenger.notices).toHaveLength(1);
    const [shown] = work.messenger.notices;
    expect(shown?.notice).toMatchObject({ incident: { phase: 'closed', outcome: 'repaired' } });
    expect(shown?.notice.timeline.at(-1)).toContain('closed: repaired');
  });

  it('in the middle, the one message there was is rewritten to the latest state', async () => {
    const work = workWith('up');
    work.commands.heals = [];
    await work.start();
    await work.untilAsked();
    const before = work.messenger.notices.length;
    work.messenger.down = true;
    await answer(work, 'denied');
    await work.untilAtRest();
    expect(work.messenger.notices).toHaveLength(before);
    work.messenger.down = false;
    await work.followChat();
    expect(new Set(work.messenger.notices.map(({ ts }) => ts)).size).toBe(1);
    expect(work.messenger.notices.at(-1)?.notice.incident.phase).toBe('handed-over');
    expect(work.messenger.settled).toMatchObject([{ status: 'denied' }]);
  });

  it('before the question expires, it is asked once, and the answer counts', async () => {
    const work = workWith('down');
    work.commands.heals = ['bounce'];
    await work.start();
    await work.untilAsked();
    expect(work.messenger.questions).toEqual([]);
    work.messenger.down = false;
    await work.followChat();
    await work.followChat();
    expect(work.messenger.questions).toHaveLength(1);
    await answer(work, 'approved');
    expect((await work.untilClosed()).outcome).toBe('repaired');
  });

  it('after the question expired, it is asked no more', async () => {
    const work = workWith('down', { APPROVAL_TIMEOUT_SECONDS: '600' });
    work.commands.heals = [];
    await work.start();
    await work.untilAtRest();
    work.messenger.down = false;
    await work.followChat();
    expect(work.messenger.questions).toEqual([]);
    expect(work.messenger.settled).toEqual([]);
  });
});
