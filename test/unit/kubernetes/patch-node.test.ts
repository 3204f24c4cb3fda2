import { describe, expect, it } from 'vitest';
import type { ApiAnswer, ApiCall } from '../../../adapters/kubernetes/api-client.ts';
import { patchNode } from '../../../adapters/kubernetes/patch-node.ts';

const patch = { metadata: { annotations: {} }, spec: { unschedulable: true as const, taints: null } };
const always = () => ({ type: 'patch' as const, patch });
const atOnce = async () => undefined;
const node = (resourceVersion: number): ApiAnswer => ({
  type: 'answer',
  status: 200,
  text: JSON.stringify({ metadata: { name: 'gpu-1', resourceVersion: String(resourceVersion) }, spec: {}, status: {} }),
});

/** An API whose node changes with every read; `onPatch` answers the patches, in order. */
function apiWith(onPatch: (attempt: number) => ApiAnswer) {
  const calls: ApiCall[] = [];
  let reads = 0;
  let patches = 0;
  const api = async (call: ApiCall): Promise<ApiAnswer> => {
    calls.push(call);
    if (call.method === 'GET') {
      reads += 1;
      return node(reads);
    }
    patches += 1;
    return onPatch(patches);
  };
  return { api, calls };
}

describe('patching a node', () => {
  it('sends the version it read, each time anew', async () => {
    const { api, calls } = apiWith((attempt) => ({ type: 'answer', status: attempt < 3 ? 409 : 200, text: '{}' }));
    expect(await patchNode(api, 'gpu-1', 1_000, atOnce, always)).toEqual({ type: 'patched' });
    const sent = calls.flatMap((call) => (call.body === undefined ? [] : [call.body]));
    expect(sent).toEqual(
      ['1', '2', '3'].map((resourceVersion) => ({
        contentType: 'application/merge-patch+json',
        value: { ...patch, metadata: { ...patch.metadata, resourceVersion } },
      })),
    );
  });

  it('gives up after twenty lost races, and says that it may be tried again', async () => {
    const { api, calls } = apiWith(() => ({ type: 'answer', status: 409, text: '{}' }));
    await expect(patchNode(api, 'gpu-1', 1_000, atOnce, always)).rejects.toMatchObject({
      code: 'kubernetes',
      retryable: true,
    });
    expect(calls.filter((call) => call.method === 'PATCH')).toHaveLength(20);
  });

  it.each([
    ['no answer in time', { type: 'timeout' as const }, true],
    ['a broken connection', { type: 'no-answer' as const, reason: 'ECONNRESET', cause: undefined }, true],
    ['an overloaded API server', { type: 'answer' as const, status: 429, text: '' }, true],
    ['a failing API server', { type: 'answer' as const, status: 500, text: '' }, true],
    ['a refusal', { type: 'answer' as const, status: 403, text: '' }, false],
    ['an invalid patch', { type: 'answer' as const, status: 422, text: '' }, false],
  ])('does not repeat by itself after %s', async (_what, answer, retryable) => {
    const { api, calls } = apiWith(() => answer);
    await expect(patchNode(api, 'gpu-1', 1_000, atOnce, always)).rejects.toMatchObject({
      code: 'kubernetes',
      retryable,
    });
    expect(calls.filter((call) => call.method === 'PATCH')).toHaveLength(1);
  });

  it('refuses to patch a node whose version it does not know', async () => {
    const api = async (): Promise<ApiAnswer> => ({
      type: 'answer',
      status: 200,
      text: JSON.stringify({ metadata: { name: 'gpu-1' }, spec: {}, status: {} }),
    });
    await expect(patchNode(api, 'gpu-1', 1_000, atOnce, always)).rejects.toMatchObject({ retryable: false });
  });
});
