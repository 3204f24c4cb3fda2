import type { KubeConfig, RequestContext } from '@kubernetes/client-node';

type Dispatcher = NonNullable<ReturnType<RequestContext['getDispatcher']>>;

/** A connection for one call. `done` gives it back; after a failed call it is not used again. */
export interface Lease {
  readonly dispatcher: Dispatcher | undefined;
  readonly done: (call: 'answered' | 'failed') => void;
}

interface Kept {
  readonly key: string;
  readonly dispatcher: Dispatcher;
  users: number;
  usedAt: number;
  /** Nobody gets it any more; its last user closes it. */
  isRetired: boolean;
}

/**
 * A connection that was idle for longer is not used again: Lambda may have frozen the function meanwhile, and the server may have
 * hung up. Calls of one pass or one step follow each other faster.
 */
const IDLE_MS = 2_000;

/**
 * Lets calls that follow each other use one TLS connection: a KubeConfig makes a new connection pool for every request. `own` is
 * the pool that was made for this call; `key` says whom it trusts, see `trustOf`.
 */
export function createSharedConnection(
  clock: () => number = Date.now,
): (key: string | undefined, own: Dispatcher | undefined) => Lease {
  let kept: Kept | undefined;
  const retire = (connection: Kept | undefined) => {
    if (connection === undefined) return;
    if (kept === connection) kept = undefined;
    connection.isRetired = true;
    if (connection.users === 0) close(connection.dispatcher);
  };
  return (key, own) => {
    if (own === undefined || key === undefined) return { dispatcher: own, done: () => own && close(own) };
    if (kept !== undefined && (kept.key !== key || (kept.users === 0 && clock() - kept.usedAt > IDLE_MS))) retire(kept);
    const connection = kept ?? { key, dispatcher: own, users: 0, usedAt: clock(), isRetired: false };
    if (connection.dispatcher !== own) close(own);
    kept = connection;
    connection.users += 1;
    return {
      dispatcher: connection.dispatcher,
      done: (call) => {
        connection.users -= 1;
        connection.usedAt = clock();
        if (call === 'failed' || connection.isRetired) retire(connection);
        else setTimeout(() => retireIdle(connection), IDLE_MS + 1).unref();
      },
    };
  };

  function retireIdle(connection: Kept): void {
    if (!connection.isRetired && connection.users === 0 && clock() - connection.usedAt > IDLE_MS) retire(connection);
  }
}

/** Which server a connection is to, and with which certificates. Undefined: it is not known, so the connection is for one call only. */
export function trustOf(config: KubeConfig): string | undefined {
  const user = config.getCurrentUser();
  // A plugin may give another client certificate each time.
  if (user?.exec !== undefined || user?.authProvider !== undefined) return undefined;
  const { certData, certFile, keyData, keyFile } = user ?? {};
  return JSON.stringify([config.getCurrentCluster(), certData, certFile, keyData, keyFile]);
}

function close(dispatcher: Dispatcher): void {
  // What is still under way on it was given up.
  dispatcher.destroy().catch(() => undefined);
}
