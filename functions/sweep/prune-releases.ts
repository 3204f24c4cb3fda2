import type { Log } from '../../core/log.ts';
import type { Release, Releases } from '../../core/release/releases.ts';

export interface PrunePorts {
  readonly releases: Releases;
  readonly clock: () => number;
  readonly log: Log;
}

/** A deployment ends, or is rolled back, well within this time: until then nothing is removed. */
const SETTLED_MS = 24 * 3_600_000;
/** Nobody waits for it, so it is tried in one minute of every hour. */
const PRUNE_MINUTE = 17;

/**
 * Removes what earlier deployments left: versions on which no execution runs any more, and then the documents that no version
 * names. Where a version does not say which documents it needs, every document stays.
 */
export async function pruneReleases({ releases, clock, log }: PrunePorts): Promise<void> {
  const now = clock();
  if (Math.floor(now / 60_000) % 60 !== PRUNE_MINUTE) return;
  const liveVersion = await releases.live();
  const all = await releases.list();
  const live = all.find(({ version }) => version === liveVersion);
  if (live === undefined || now - live.publishedAt < SETTLED_MS) return;
  const left: Release[] = [];
  for (const release of all) {
    if (isEarlier(release, live) && !(await releases.isInUse(release.version))) {
      await releases.removeVersion(release.version);
      log.info('release-pruned', { version: release.version });
    } else left.push(release);
  }
  await pruneDocuments({ releases, clock, log }, left);
}

/** Published before the live one. A later one belongs to a deployment that is not over. */
function isEarlier({ version, publishedAt }: Release, live: Release): boolean {
  return /^\d+$/.test(version) && version !== live.version && publishedAt < live.publishedAt;
}

async function pruneDocuments({ releases, clock, log }: PrunePorts, left: readonly Release[]): Promise<void> {
  if (left.some(({ documents }) => documents === null)) return;
  const needed = new Set(left.flatMap(({ documents }) => documents ?? []));
  for (const { name, place, createdAt } of await releases.listDocuments()) {
    // A deployment makes its documents before the version that names them.
    if (needed.has(name) || clock() - createdAt < SETTLED_MS) continue;
    await releases.removeDocument({ name, place });
    log.info('document-pruned', { name, place });
  }
}
