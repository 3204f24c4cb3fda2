import { setImmediate } from 'node:timers/promises';
import type { KubeConfig } from '@kubernetes/client-node';
import { RestitchError } from '../../core/restitch-error.ts';
import { createSharedConnection, trustOf } from './shared-connection.ts';

export type Client = typeof import('./client-node.ts');

export interface ApiCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH';
  /** From the root, with its query: `/api/v1/nodes?limit=500`. */
  readonly path: string;
  readonly body?: { readonly contentType: string; readonly value: unknown };
  readonly timeoutMs: number;
}

/** Every answer is a value, whatever its status. A time-out or a failed connection is a value too. */
export type ApiAnswer =
  | { readonly type: 'answer'; readonly status: number; readonly text: string }
  | { readonly type: 'timeout' }
  | { readonly type: 'no-answer'; readonly reason: string; readonly cause: unknown };

export type ApiClient = (call: ApiCall) => Promise<ApiAnswer>;

/**
 * JSON in and JSON out over client-node's KubeConfig (certificates, tokens, exec plugins, proxies). The generated API
 * classes are not used: they turn times into Date objects and drop unknown fields, but fields that are read here are sent
 * back in patches. The library is loaded at the first call, because it has more than a megabyte. `configure` is called for every
 * request, so that short-lived credentials stay fresh.
 */
export function createApiClient(configure: (client: Client) => Promise<KubeConfig>): ApiClient {
  const lend = createSharedConnection();
  return async (call) => {
    const client = await import('./client-node.ts');
    const config = await configure(client);
    const server = config.getCurrentCluster()?.server;
    if (server === undefined) {
      throw new RestitchError('configuration', 'the kubeconfig names no cluster', { retryable: false });
    }
    const request = new client.RequestContext(
      `${server.replace(/\/+$/, '')}${call.path}`,
      client.HttpMethod[call.method],
    );
    request.setHeaderParam('Accept', 'application/json');
    if (call.body !== undefined) {
      request.setHeaderParam('Content-Type', call.body.contentType);
      request.setBody(JSON.stringify(call.body.value));
    }
    await config.applySecurityAuthentication(request);
    const { dispatcher, done } = lend(trustOf(config), request.getDispatcher());
    if (dispatcher !== undefined) request.setDispatcher(dispatcher);
    // The library has no time-out of its own.
    request.setSignal(AbortSignal.timeout(call.timeoutMs));
    try {
      const response = await new client.IsomorphicFetchHttpLibrary().send(request).toPromise();
      const text = await response.body.text();
      // The connection is free a moment after the last byte was read; the next call would open another one.
      await setImmediate();
      done('answered');
      return { type: 'answer', status: response.httpStatusCode, text };
    } catch (error) {
      done('failed');
      return noAnswer(error);
    }
  };
}

/** undici's fetch rejects with the signal's reason, or with `TypeError('fetch failed')` and the socket's error as cause. */
function noAnswer(error: unknown): ApiAnswer {
  if (error instanceof Error && error.name === 'TimeoutError') return { type: 'timeout' };
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return { type: 'no-answer', reason: cause instanceof Error ? cause.message : String(cause), cause: error };
}
