import { test } from 'vitest';
import { createNamespacePair, peerEntries } from './namespace-pair.ts';

/** A test with a pair of its own: those of one file can run at the same time. */
export const onPair = test
  .extend('pair', async ({ onTestFinished }) => {
    const pair = await createNamespacePair();
    onTestFinished(() => pair.remove());
    return pair;
  })
  .extend('node', ({ pair }) => pair.node);

/** The same, where the near node holds the entries for its peer. */
export const onHealthyPair = onPair.extend('node', async ({ pair }) => {
  await pair.node.execAll(peerEntries);
  return pair.node;
});
