import { describe, expect, it } from 'vitest';
import type { Release } from '../../../core/release/releases.ts';
import { pruneReleases } from '../../../functions/sweep/prune-releases.ts';
import { createFakeReleases } from '../../fakes/fake-releases.ts';
import { createRecordingLog } from '../../fakes/recording-log.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** The 17th minute of an hour, in which sweep looks. */
const NOW = Date.UTC(2026, 10, 22, 10, 17, 30);

/** The runbook was deployed on days 9, 5 and 2 before now; each time `apply` was another document. */
function setUp() {
  const releases = createFakeReleases();
  const add = (version: string, daysAgo: number, documents: Release['documents']) => {
    releases.versions.set(version, { version, publishedAt: NOW - daysAgo * DAY, documents });
    for (const name of documents ?? [])
      releases.documents.set(name, { name, place: 0, createdAt: NOW - daysAgo * DAY });
  };
  add('1', 9, ['apply-a']);
  add('2', 5, ['apply-b']);
  add('3', 2, ['apply-c']);
  releases.versions.set('$LATEST', { version: '$LATEST', publishedAt: NOW - 2 * DAY, documents: ['apply-c'] });
  releases.alias = '3';
  return {
    releases,
    add,
    prune: (now = NOW) => pruneReleases({ releases, clock: () => now, log: createRecordingLog() }),
    left: () => ({ versions: [...releases.versions.keys()], documents: [...releases.documents.keys()] }),
  };
}

describe('after a deployment that is a day old', () => {
  it('the versions that nobody uses go, with the documents that only they named', async () => {
    const { prune, left } = setUp();
    await prune();
    expect(left()).toEqual({ versions: ['3', '$LATEST'], documents: ['apply-c'] });
  });

  it('a version stays while an execution runs on it, and so do its documents', async () => {
    const { releases, prune, left } = setUp();
    releases.inUse.add('1');
    await prune();
    expect(left()).toEqual({ versions: ['1', '3', '$LATEST'], documents: ['apply-a', 'apply-c'] });
    releases.inUse.clear();
    await prune();
    expect(left()).toEqual({ versions: ['3', '$LATEST'], documents: ['apply-c'] });
  });

  it('a version that was published later than the live one stays: its deployment is not over', async () => {
    const { add, prune, left } = setUp();
    add('4', 0.1, ['apply-d']);
    await prune();
    expect(left()).toEqual({ versions: ['3', '$LATEST', '4'], documents: ['apply-c', 'apply-d'] });
  });

  it('documents that no version names yet stay for a day', async () => {
    const { releases, prune, left } = setUp();
    releases.documents.set('apply-new', { name: 'apply-new', place: 0, createdAt: NOW - DAY + 1 });
    releases.documents.set('apply-left', { name: 'apply-left', place: 0, createdAt: NOW - DAY });
    await prune();
    expect(left().documents).toEqual(['apply-c', 'apply-new']);
  });

  it('every document stays where a version does not say which it needs', async () => {
    const { releases, prune, left } = setUp();
    releases.inUse.add('2');
    releases.versions.set('2', { version: '2', publishedAt: NOW - 5 * DAY, documents: null });
    await prune();
    expect(left().documents).toEqual(['apply-a', 'apply-b', 'apply-c']);
  });
});

describe('nothing is removed', () => {
  it.each([
    [
      'in the first day after a deployment: it may be rolled back',
      (set: ReturnType<typeof setUp>) => set.add('3', 0.99, ['apply-c']),
    ],
    ['where the live version is not listed', (set: ReturnType<typeof setUp>) => void set.releases.versions.delete('3')],
    [
      'where it cannot be read when the live version was published',
      ({ releases }: ReturnType<typeof setUp>) =>
        void releases.versions.set('3', { version: '3', publishedAt: Number.POSITIVE_INFINITY, documents: [] }),
    ],
  ])('%s', async (_what, change) => {
    const set = setUp();
    change(set);
    const before = set.left();
    await set.prune();
    expect(set.left()).toEqual(before);
  });

  it('nor even asked for in the other minutes of the hour', async () => {
    const set = setUp();
    set.releases.live = () => Promise.reject(new Error('asked'));
    for (let minute = 1; minute < 60; minute++) await set.prune(NOW + minute * 60_000);
    await expect(set.prune(NOW + HOUR)).rejects.toThrow('asked');
  });
});
