import * as z from 'zod';
import { assertNever } from '../assert-never.ts';

/** What is known of the file `expected-network` of one node. Times are epoch milliseconds. */
export const KeptFile = z.object({
  /** Of the Node object: a node that was made anew has no file. */
  uid: z.string(),
  /** What the node said it has written. */
  written: z.object({ digest: z.string(), at: z.int() }).optional(),
  /** A command of which it is not known yet what became of it. */
  sent: z.object({ digest: z.string(), at: z.int(), commandId: z.string(), instanceId: z.string() }).optional(),
  /** Failures in a row. */
  failures: z.int(),
  /** Not tried again before. */
  retryAt: z.int(),
  /** Commands within the hour that began at `since`. */
  hour: z.object({ since: z.int(), commands: z.int() }),
});

/** The files of all nodes of a cluster, by node: one item of the table. */
export const KeptFiles = z.object({ nodes: z.record(z.string(), KeptFile) });

export type KeptFile = z.infer<typeof KeptFile>;
export type KeptFiles = z.infer<typeof KeptFiles>;

/** What a node's file should be: the digest stands for its content. */
export interface WantedFile {
  readonly uid: string;
  readonly digest: string;
}

/** A file is written again after this time, changed or not: the watchdog uses none that is older than two days. */
const REFRESH_MS = 24 * 60 * 60_000;
const HOUR_MS = 60 * 60_000;
/** A node whose expected network changes all the time gets no more. */
const MOST_PER_HOUR = 20;
const OFFLINE_PAUSE_MS = 5 * 60_000;
const FIRST_PAUSE_MS = 2 * 60_000;
/** Longer than Run Command tries to deliver a command of ours, and the command may take. */
const LOST_AFTER_MS = 10 * 60_000;

/**
 * The nodes whose file is out of date, at most `most`, those that wait longest first. Left out are nodes with a command under
 * way, nodes that are not tried again yet, and nodes that were written often within the hour.
 */
export function filesDue(
  wanted: ReadonlyMap<string, WantedFile>,
  kept: KeptFiles | undefined,
  now: number,
  most: number,
): readonly string[] {
  const due = [...wanted].flatMap(([name, want]) => {
    const file = fileOf(kept, name, want);
    const since = file === undefined ? 0 : dueSince(file, want.digest, now);
    return since === undefined ? [] : [{ name, since }];
  });
  return due
    .toSorted((one, other) => one.since - other.since)
    .slice(0, most)
    .map(({ name }) => name);
}

/** What is known of the file of this very Node object. */
export function fileOf(
  kept: KeptFiles | undefined,
  name: string,
  { uid }: Pick<WantedFile, 'uid'>,
): KeptFile | undefined {
  const file = kept !== undefined && Object.hasOwn(kept.nodes, name) ? kept.nodes[name] : undefined;
  return file?.uid === uid ? file : undefined;
}

/** When it was written last, for a file that must be written now; 0: never. */
function dueSince({ written, sent, retryAt, hour }: KeptFile, digest: string, now: number): number | undefined {
  if (sent !== undefined || now < retryAt) return undefined;
  if (now - hour.since < HOUR_MS && hour.commands >= MOST_PER_HOUR) return undefined;
  if (written === undefined) return 0;
  return written.digest !== digest || now - written.at >= REFRESH_MS ? written.at : undefined;
}

/** What became of trying to write a file. */
export type FileEvent =
  | { readonly type: 'sent'; readonly digest: string; readonly commandId: string; readonly instanceId: string }
  | { readonly type: 'written' }
  | { readonly type: 'failed' }
  /** The agent is offline: that is no failure of the node's file. */
  | { readonly type: 'offline' };

/** What is known after it. */
export function withFileEvent(known: KeptFile | undefined, uid: string, event: FileEvent, now: number): KeptFile {
  const { sent, ...file } = known ?? newFile(uid);
  switch (event.type) {
    case 'sent': {
      const { digest, commandId, instanceId } = event;
      const hour = now - file.hour.since < HOUR_MS ? file.hour : { since: now, commands: 0 };
      const counted = { since: hour.since, commands: hour.commands + 1 };
      return { ...file, sent: { digest, at: now, commandId, instanceId }, hour: counted };
    }
    case 'written':
      return { ...file, ...(sent && { written: { digest: sent.digest, at: sent.at } }), failures: 0, retryAt: 0 };
    case 'failed': {
      const pause = Math.min(FIRST_PAUSE_MS * 2 ** file.failures, HOUR_MS);
      return { ...file, failures: file.failures + 1, retryAt: now + pause };
    }
    case 'offline':
      return { ...file, retryAt: now + OFFLINE_PAUSE_MS };
    default:
      return assertNever(event);
  }
}

/** Whether a command that has no result by now never will have one. */
export function isLost({ sent }: KeptFile, now: number): boolean {
  return sent !== undefined && now - sent.at >= LOST_AFTER_MS;
}

function newFile(uid: string): KeptFile {
  return { uid, failures: 0, retryAt: 0, hour: { since: 0, commands: 0 } };
}
