import { describe, expect, it } from 'vitest';
import { compressed } from '../../../functions/runbook/compressed.ts';

const nodes = Array.from({ length: 200 }, (_, index) => ({ name: `gpu-${index}` }));
const context = { entityId: 'step-1', durableExecutionArn: 'arn:aws:lambda:eu-central-1:000000000000:function:f' };

describe('the checkpoint of a large result', () => {
  it('is small, and gives back in another process what was stored', async () => {
    const stored = await compressed<object>().serialize({ nodes }, context);
    expect(stored?.length).toBeLessThan(JSON.stringify({ nodes }).length / 2);
    expect(await compressed<object>().deserialize(stored, context)).toEqual({ nodes });
  });

  it('is the same object in one process, so that what was derived from it is not derived anew', async () => {
    const here = compressed<object>();
    const value = { nodes };
    const stored = await here.serialize(value, context);
    expect(await here.deserialize(stored, context)).toBe(value);
    const there = compressed<object>();
    const unpacked = await there.deserialize(stored, context);
    expect(await there.deserialize(stored, context)).toBe(unpacked);
  });

  it('knows the size of what it has packed, and no other', async () => {
    const { serialize, packedBytes } = compressed<object>();
    const value = { nodes };
    const stored = (await serialize(value, context)) ?? '';
    expect(packedBytes(value)).toBe(Buffer.from(stored, 'base64').length);
    expect(packedBytes({ nodes })).toBeUndefined();
  });

  it('holds nothing where there is nothing', async () => {
    const { serialize, deserialize } = compressed<object>();
    expect([await serialize(undefined, context), await deserialize(undefined, context)]).toEqual([
      undefined,
      undefined,
    ]);
  });
});
