import { setTimeout as sleep } from 'node:timers/promises';

export interface Polling<T> {
  /**
   * Tells the state that was read last, and each one that is read from now on, until the returned function is called. `fail`: it could
   * not be read; nothing more is told.
   */
  follow(tell: (state: T) => void, fail: (error: unknown) => void): () => void;
}

const LEAST_PAUSE_MS = 500;
/** Reading takes at most this share of the time, however much there is to read. */
const SHARE = 1 / 5;

/** Reads a state again and again while somebody follows it, once for all who do. */
export function createPolling<T>(read: () => Promise<T>): Polling<T> {
  const followers = new Set<{ readonly tell: (state: T) => void; readonly fail: (error: unknown) => void }>();
  let running = false;
  let last: { readonly state: T } | undefined;
  const run = async () => {
    running = true;
    while (followers.size > 0) {
      const begun = performance.now();
      try {
        last = { state: await read() };
        for (const { tell } of followers) tell(last.state);
      } catch (error) {
        for (const follower of followers) follower.fail(error);
        followers.clear();
      }
      await sleep(Math.max(LEAST_PAUSE_MS, (performance.now() - begun) / SHARE), undefined, { ref: false });
    }
    running = false;
    last = undefined;
  };
  return {
    follow: (tell, fail) => {
      const follower = { tell, fail };
      followers.add(follower);
      if (last !== undefined) tell(last.state);
      if (!running) void run();
      return () => followers.delete(follower);
    },
  };
}
