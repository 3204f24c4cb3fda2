import { describe, expect, it } from 'vitest';
import { printable } from '../../../cli/printable.ts';
import { escapeControls } from '../../../core/escape-controls.ts';
import { describeIssue, shorten } from '../../../core/shorten.ts';
import { json } from '../../../functions/http-event.ts';

describe('a text for a terminal', () => {
  it.each([
    ['an escape sequence', '\u001b]0;owned\u0007', String.raw`\u001b]0;owned\u0007`],
    ['one of a single character', '\u009b2J', String.raw`\u009b2J`],
    ['a return to the beginning of the line', 'gpu-1\rgpu-2', String.raw`gpu-1\u000dgpu-2`],
    ['text that runs the other way', '\u202eabc', String.raw`\u202eabc`],
    ['a tag character', '\u{e0041}', String.raw`\udb40\udc41`],
  ])('shows %s', (_what, text, shown) => {
    expect(printable(text)).toBe(shown);
    expect(escapeControls(text)).toBe(shown);
  });

  it('keeps line breaks, tabs and what people write', () => {
    expect(printable('gpu-1:\n\té 😀 数')).toBe('gpu-1:\n\té 😀 数');
  });

  it('keeps colours where they are wanted, and nothing else of a terminal', () => {
    const text = '\u001b[31mLOST\u001b[39m \u001b[2J \u001b[8;1m';
    expect(printable(text, true)).toBe(String.raw`${'\u001b'}[31mLOST${'\u001b'}[39m \u001b[2J \u001b[8;1m`);
    expect(printable(text)).not.toContain('\u001b');
  });
});

describe('an answer over HTTP', () => {
  it('has no control characters in it, and means the same', () => {
    const { body } = json(400, { error: 'unexpected \u009b\u2028' });
    expect(body).toBe(String.raw`{"error":"unexpected \u009b\u2028"}`);
    expect(JSON.parse(body)).toEqual({ error: 'unexpected \u009b\u2028' });
  });
});

describe('what somebody else wrote, in a message of ours', () => {
  it.each([
    ['what fits', 'x'.repeat(300), 'x'.repeat(300)],
    ['what does not', 'x'.repeat(301), `${'x'.repeat(300)}…`],
    ['half of an emoji at the end', `${'x'.repeat(299)}😀`, `${'x'.repeat(299)}\ufffd…`],
    ['several lines', 'one\ntwo\u0000', 'one two '],
  ])('%s', (_what, text, shown) => {
    expect(shorten(text)).toBe(shown);
  });

  it('is named by its place', () => {
    const issue = { code: 'custom' as const, path: ['alerts', 0, 'labels', 'a\nb'], message: 'not a time' };
    expect(describeIssue(issue)).toBe('alerts.0.labels.a b: not a time');
    expect(describeIssue({ ...issue, path: [] }, 'inventory')).toBe('inventory: not a time');
    expect(describeIssue(undefined)).toBe('value: does not fit');
  });
});
