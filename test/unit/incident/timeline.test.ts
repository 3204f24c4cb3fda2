import { describe, expect, it } from 'vitest';
import { addLine, emptyTimeline, lineOf, sentencesOf } from '../../../core/incident/timeline.ts';
import { receiptOf } from '../../fakes/sample-records.ts';

const timelineOf = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    lineOf(receiptOf({ entryId: `e${index}`, summary: `line ${index}` })),
  ).reduce(addLine, emptyTimeline);

describe('a timeline', () => {
  it.each([
    [50, 0],
    [51, 1],
    [500, 450],
  ])('of %i lines keeps the first and the latest, and counts %i left out', (count, leftOut) => {
    const timeline = timelineOf(count);
    expect(timeline.leftOut).toBe(leftOut);
    expect(timeline.lines).toHaveLength(Math.min(count, 50));
    expect(timeline.lines.slice(0, 10).map(({ entryId }) => entryId)).toEqual(
      Array.from({ length: 10 }, (_, index) => `e${index}`),
    );
    expect(timeline.lines.at(-1)?.entryId).toBe(`e${count - 1}`);
  });

  it('says to a reader where lines were left out, and nothing where none were', () => {
    expect(sentencesOf(timelineOf(50))).toHaveLength(50);
    expect(sentencesOf(timelineOf(53)).slice(9, 12)).toEqual(['line 9', '… 3 lines left out', 'line 13']);
  });

  it('is the same after a line that it has', () => {
    const timeline = timelineOf(3);
    expect(addLine(timeline, lineOf(receiptOf({ entryId: 'e1', summary: 'again' })))).toBe(timeline);
  });

  it('stays below 60 KB, whatever is said', () => {
    const long = (index: number) => lineOf(receiptOf({ entryId: `e${index}`, summary: '✗'.repeat(10_000) }));
    const timeline = Array.from({ length: 1_000 }, (_, index) => long(index)).reduce(addLine, emptyTimeline);
    const [line] = timeline.lines;
    expect(line).toMatchObject({ more: true, summary: expect.stringContaining('… (10000 characters)') });
    expect(new TextEncoder().encode(JSON.stringify(timeline)).length).toBeLessThan(120_000);
  });
});
