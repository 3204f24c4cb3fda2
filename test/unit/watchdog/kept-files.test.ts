import { describe, expect, it } from 'vitest';
import {
  type FileEvent,
  filesDue,
  isLost,
  type KeptFile,
  KeptFiles,
  type WantedFile,
  withFileEvent,
} from '../../../core/watchdog/kept-files.ts';

const NOW = 1_700_000_000_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const sent: FileEvent = { type: 'sent', digest: 'a', commandId: 'c-1', instanceId: 'i-1' };
const want = (digest = 'a', uid = 'u'): WantedFile => ({ uid, digest });

/** A file after these events, one a second, the last of them now. */
function fileAfter(events: readonly FileEvent['type'][], uid = 'u'): KeptFile | undefined {
  return events.reduce<KeptFile | undefined>((file, type, index) => {
    const at = NOW - 1_000 * (events.length - 1 - index);
    return withFileEvent(file, uid, type === 'sent' ? sent : { type }, at);
  }, undefined);
}

function due(file: KeptFile | undefined, wanted: WantedFile, now = NOW): boolean {
  const kept = file === undefined ? undefined : KeptFiles.parse({ nodes: { 'gpu-1': file } });
  return filesDue(new Map([['gpu-1', wanted]]), kept, now, 10).length > 0;
}

describe('the file of a node', () => {
  it.each([
    ['that has none', undefined, want(), true],
    ['that has it', fileAfter(['sent', 'written']), want(), false],
    ['that has another', fileAfter(['sent', 'written']), want('b'), true],
    ['whose Node object was made anew', fileAfter(['sent', 'written']), want('a', 'other'), true],
    ['with a command under way', fileAfter(['sent']), want(), false],
    ['with a command under way, which changed meanwhile', fileAfter(['sent']), want('b'), false],
  ] as const)('on a node %s', (_, file, wanted, isDue) => {
    expect(due(file, wanted)).toBe(isDue);
  });

  it.each([
    [24 * HOUR - 1, false],
    [24 * HOUR, true],
  ])('is written again after a day: after %i ms %s', (passed, isDue) => {
    const file = fileAfter(['sent', 'written']);
    expect(due(file, want(), (file?.written?.at ?? 0) + passed)).toBe(isDue);
  });

  it.each([
    [1, 2],
    [2, 4],
    [3, 8],
    [5, 32],
    [6, 60],
    [40, 60],
  ])('after %i failures in a row is tried again after %i minutes', (failures, minutes) => {
    const file = fileAfter(Array.from({ length: failures }, () => 'failed' as const));
    expect(due(file, want(), NOW + minutes * MINUTE - 1)).toBe(false);
    expect(due(file, want(), NOW + minutes * MINUTE)).toBe(true);
  });

  it('begins the pauses anew after it was written', () => {
    const file = fileAfter(['failed', 'failed', 'failed', 'sent', 'written', 'failed']);
    expect(due(file, want('b'), NOW + 2 * MINUTE)).toBe(true);
  });

  it('is tried again five minutes after the agent was offline, however often that was', () => {
    const file = fileAfter(['offline', 'offline', 'offline', 'offline']);
    expect(due(file, want(), NOW + 5 * MINUTE - 1)).toBe(false);
    expect(due(file, want(), NOW + 5 * MINUTE)).toBe(true);
  });

  it('that changes all the time is written twenty times an hour', () => {
    let file: KeptFile | undefined;
    let commands = 0;
    for (let minute = 0; minute < 60; minute++) {
      const now = NOW + minute * MINUTE;
      if (!due(file, want(`d-${minute}`), now)) continue;
      commands += 1;
      file = withFileEvent(withFileEvent(file, 'u', sent, now), 'u', { type: 'written' }, now);
    }
    expect(commands).toBe(20);
    expect(due(file, want('later'), NOW + HOUR)).toBe(true);
  });

  it('counts as what was sent, not as what is wanted when the answer comes', () => {
    expect(fileAfter(['sent', 'written'])?.written).toEqual({ digest: 'a', at: NOW - 1_000 });
  });

  it('has a lost command when there is no answer after ten minutes', () => {
    const file = withFileEvent(undefined, 'u', sent, NOW);
    expect(isLost(file, NOW + 10 * MINUTE - 1)).toBe(false);
    expect(isLost(file, NOW + 10 * MINUTE)).toBe(true);
  });
});

describe('of many files that are out of date', () => {
  it('those that wait longest come first, and no more than one pass sends', () => {
    const nodes = Object.fromEntries(
      [3, 1, 2].map((hours) => {
        const at = NOW - hours * HOUR;
        return [`${hours}-h`, withFileEvent(withFileEvent(undefined, 'u', sent, at), 'u', { type: 'written' }, at)];
      }),
    );
    const wanted = new Map(['1-h', '2-h', '3-h', 'new'].map((name) => [name, want('b')]));
    expect(filesDue(wanted, { nodes }, NOW, 10)).toEqual(['new', '3-h', '2-h', '1-h']);
    expect(filesDue(wanted, { nodes }, NOW, 2)).toEqual(['new', '3-h']);
  });
});
