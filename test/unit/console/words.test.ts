import { describe, expect, it } from 'vitest';
import { fencedText, slackText } from '../../../functions/console/page/slack-text.ts';
import { lengthWords, secondsWords, timeBars } from '../../../functions/console/page/time-bars.ts';
import { countdown, roughly } from '../../../functions/console/page/words.ts';

describe('a countdown', () => {
  it.each([
    [0, 'over'],
    [-1, 'over'],
    [1, '0:01'],
    [59_000, '0:59'],
    [60_000, '1:00'],
    [723_400, '12:04'],
    [3_600_000, '1:00:00'],
    [3_661_000, '1:01:01'],
  ])('with %i ms left is %s', (left, text) => {
    expect(countdown(1_000_000 + left, 1_000_000)).toBe(text);
  });
});

describe('an age', () => {
  it.each([
    [-5, '0 s'],
    [89_400, '89 s'],
    [90_000, '2 min'],
    [5_400_000, '2 h'],
    [172_800_000, '2 d'],
  ])('of %i ms is %s', (milliseconds, text) => {
    expect(roughly(milliseconds)).toBe(text);
  });
});

describe('the bars of where the time went', () => {
  const time = {
    segments: [
      { name: 'detection', seconds: null, why: 'the receipt begins with the alert' },
      { name: 'intake', seconds: 1, why: null },
      { name: 'evidence', seconds: 3, why: null },
    ] as const,
    atRestSeconds: 4,
  };

  it('follow each other and fill the whole', () => {
    expect(timeBars(time).map(({ name, from, to }) => [name, from, to])).toEqual([
      ['detection', 0, 0],
      ['intake', 0, 12.5],
      ['evidence', 12.5, 50],
      ['at rest', 50, 100],
    ]);
  });

  it('say why a length is not known', () => {
    expect(timeBars(time)[0]).toMatchObject({ seconds: null, note: 'the receipt begins with the alert' });
  });

  it('count a question that still waits', () => {
    const asked = {
      segments: [
        { name: 'evidence', seconds: 1, why: null },
        { name: 'approval', seconds: 2, why: null },
      ] as const,
      atRestSeconds: 0,
    };
    expect(timeBars(asked, 1).map(({ name, seconds, to }) => [name, seconds, to])).toEqual([
      ['evidence', 1, 25],
      ['approval', 3, 100],
    ]);
  });

  it('have no length where no time passed', () => {
    const none = { segments: [{ name: 'intake', seconds: 0, why: null }] as const, atRestSeconds: 0 };
    expect(timeBars(none)).toMatchObject([{ from: 0, to: 0 }]);
  });

  it.each([
    [0.04, '0.0 s'],
    [59.94, '59.9 s'],
    [125, '2 min 5 s'],
    [3_725, '1 h 2 min'],
  ])('call %d seconds %s', (seconds, text) => {
    expect(lengthWords(seconds)).toBe(text);
  });
});

describe('what stands beside a bar', () => {
  it.each([
    [null, true, 'unknown'],
    [2, true, '2.0 s'],
    [0, true, 'not yet'],
    [0, false, 'none'],
  ] as const)('of %j seconds, open: %j, is %s', (seconds, isOpen, text) => {
    expect(secondsWords(seconds, isOpen)).toBe(text);
  });
});

describe('a text of Slack', () => {
  it('is shown with its bold parts and without its escapes', () => {
    expect(slackText('*Plan* &lt;script&gt; &amp;lt;')).toEqual([
      { bold: true, text: 'Plan' },
      { bold: false, text: ' <script> &lt;' },
    ]);
  });

  it('is a block of code between fences alone', () => {
    expect([fencedText('```a\nb```'), fencedText('a ```b```')]).toEqual(['a\nb', undefined]);
  });
});
