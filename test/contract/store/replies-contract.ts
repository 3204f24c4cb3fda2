import { expect, it } from 'vitest';
import type { Replies, Reply } from '../../../core/incident/replies.ts';

const reply: Reply = { replyId: 'Ev1', channel: 'C1', user: 'U1', thread: null, text: 'nothing is paused', at: 1_000 };

/** What every store of replies must do. Called inside a `describe`. */
export function describeReplies(newReplies: () => Promise<Replies>): void {
  it('give an event to one alone of many who take it at the same time', async () => {
    const replies = await newReplies();
    const taken = await Promise.all(Array.from({ length: 10 }, () => replies.take('Ev1', 1_000)));
    expect(taken.filter((mine) => mine)).toHaveLength(1);
    expect(await replies.take('Ev2', 1_000)).toBe(true);
  });

  it('hold the first answer to an event that was taken', async () => {
    const replies = await newReplies();
    await replies.take('Ev1', 1_000);
    expect(await replies.get('Ev1')).toBeUndefined();
    await replies.answer(reply);
    await replies.answer({ ...reply, text: 'another' });
    expect(await replies.get('Ev1')).toEqual(reply);
  });

  it('hold none to an event that nobody took', async () => {
    const replies = await newReplies();
    await replies.answer(reply);
    expect(await replies.get('Ev1')).toBeUndefined();
  });
}
