import { expect, it } from 'vitest';
import type { NodeDirectory } from '../../../core/incident/node-directory.ts';

const at = (node: string) => ({ cluster: 'lab', node });

/** What every node directory promises; `newDirectory` gives an empty one. */
export function describeNodeDirectory(newDirectory: () => Promise<NodeDirectory>): void {
  it('knows what it was told last, and nothing else', async () => {
    const directory = await newDirectory();
    expect(await directory.find(at('10.0.3.7'), 0)).toBeUndefined();
    await directory.keep(
      'lab',
      new Map([
        ['10.0.3.7', 'gpu-1'],
        ['fd00:0:0:0:0:0:0:7', 'gpu-1'],
        ['10.0.3.8', 'gpu-2'],
      ]),
      0,
    );
    expect(await directory.find(at('10.0.3.7'), 0)).toBe('gpu-1');
    expect(await directory.find(at('fd00:0:0:0:0:0:0:7'), 0)).toBe('gpu-1');
    expect(await directory.find(at('10.0.3.9'), 0)).toBeUndefined();
    expect(await directory.find(at('toString'), 0)).toBeUndefined();
    await directory.keep('lab', new Map([['10.0.3.7', 'gpu-3']]), 1);
    expect(await directory.find(at('10.0.3.7'), 1)).toBe('gpu-3');
    expect(await directory.find(at('10.0.3.8'), 1)).toBeUndefined();
  });

  it('knows the addresses of each cluster apart', async () => {
    const directory = await newDirectory();
    await directory.keep('lab', new Map([['10.0.3.7', 'gpu-1']]), 0);
    await directory.keep('other', new Map([['10.0.3.7', 'gpu-9']]), 0);
    expect(await directory.find(at('10.0.3.7'), 0)).toBe('gpu-1');
    expect(await directory.find({ cluster: 'other', node: '10.0.3.7' }, 0)).toBe('gpu-9');
    expect(await directory.find({ cluster: 'third', node: '10.0.3.7' }, 0)).toBeUndefined();
  });
}
