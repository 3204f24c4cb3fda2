import { describe, expect, it } from 'vitest';
import { captureCli } from '../unit/cli/captured-cli.ts';
import { restitchOfEachTest } from './restitch-of-each-test.ts';
import { inject, journalOf } from './restitch-process.ts';

const own = restitchOfEachTest();
const drill = (...more: readonly string[]) =>
  captureCli(['doctor', '--drill', '--state-dir', own.stateDir(), '--wait', '240', ...more]);

describe('restitch doctor --drill beside npm start', { timeout: 300_000 }, () => {
  it('passes where everything works, with each step, and leaves no trace on any node', async () => {
    await own.start([], { FLEET: 'simulated' });
    const { code, out } = await drill();
    expect([code, out.at(-1)], out.join('\n')).toEqual([
      0,
      expect.stringContaining('and nothing was done to any node'),
    ]);
    const seconds = out.filter((line) => /^ *\d+\.\d s {2}/.test(line));
    expect(seconds.join('\n')).toMatch(/is Ready[\s\S]*sent to http[\s\S]*opened by[\s\S]*healthy[\s\S]*closed:/);
    for (const { node } of [{ node: 'gpu-1' }, { node: 'hub-1' }])
      await expect(journalOf(own.stateDir(), node)).rejects.toThrow('ENOENT');
  });

  it('fails for a node that is not healthy, with what was found and done', async () => {
    await own.start();
    await inject(own.stateDir(), 'fdb-flushed');
    const { code, out } = await drill('--node', 'gpu-1', '--json');
    expect([code, JSON.parse(out.join(''))]).toMatchObject([
      1,
      {
        passed: false,
        node: 'gpu-1',
        lines: expect.arrayContaining([expect.stringContaining('not as self-recovered')]),
      },
    ]);
  });
});
