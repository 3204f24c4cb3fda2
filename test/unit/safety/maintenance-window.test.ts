import { describe, expect, it } from 'vitest';
import { readWindows } from '../../../adapters/cron/read-windows.ts';

const at = (text: string) => Date.parse(text);
const saturday = '0 2 * * SAT Europe/Berlin 4h';
// Berlin is UTC+1 in winter and UTC+2 in summer.

describe('a window on Saturday from two to six in Berlin', () => {
  it.each([
    ['just before it begins', '2026-11-21T00:59:59Z', { type: 'closed', opensAt: at('2026-11-21T01:00:00Z') }],
    ['when it begins', '2026-11-21T01:00:00Z', { type: 'open', until: at('2026-11-21T05:00:00Z') }],
    ['just before it ends', '2026-11-21T04:59:59Z', { type: 'open', until: at('2026-11-21T05:00:00Z') }],
    ['when it ends', '2026-11-21T05:00:00Z', { type: 'closed', opensAt: at('2026-11-28T01:00:00Z') }],
    ['in summer, an hour earlier by UTC', '2026-07-04T00:00:00Z', { type: 'open', until: at('2026-07-04T04:00:00Z') }],
  ])('%s', (_, now, reading) => {
    expect(readWindows(saturday, at(now))).toEqual(reading);
  });
});

describe('several windows', () => {
  it('are open when one of them is, and until the last one ends', () => {
    const text = '0 1 * * * UTC 2h; 0 2 * * * UTC 90m';
    expect(readWindows(text, at('2026-11-21T02:30:00Z'))).toEqual({ type: 'open', until: at('2026-11-21T03:30:00Z') });
    expect(readWindows(text, at('2026-11-21T04:00:00Z'))).toEqual({
      type: 'closed',
      opensAt: at('2026-11-22T01:00:00Z'),
    });
  });
});

describe('no window', () => {
  it.each(['', ' ', ' ; '])('in %j', (text) => expect(readWindows(text, 0)).toEqual({ type: 'none' }));
});

describe('a window of', () => {
  it.each(['1m', '60m', '168h', '10080m'])('%s is one', (length) => {
    // That of a week is open all the time.
    expect(['open', 'closed']).toContain(readWindows(`0 2 * * SAT UTC ${length}`, 0).type);
  });
});

describe('what is no window', () => {
  it.each([
    ['0 2 * * SAT', 'is not MINUTE HOUR'],
    ['0 2 * * SAT Europe/Berlin', 'is not MINUTE HOUR'],
    ['61 2 * * SAT Europe/Berlin 4h', ''],
    ['0 2 * * SAT Europe/Atlantis 4h', ''],
    ['0 2 * * SAT Europe/Berlin 0m', 'between one minute and a week'],
    ['0 2 * * SAT Europe/Berlin 169h', 'between one minute and a week'],
    ['0 2 * * SAT UTC 4h; always', 'is not MINUTE HOUR'],
  ])('%s', (text, reason) => {
    expect(readWindows(text, 0)).toMatchObject({ type: 'unreadable', reason: expect.stringContaining(reason) });
  });
});
