import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const repository = join(import.meta.dirname, '..', '..', '..');
/** 128 + 13, the number of SIGPIPE: what a shell sees of any program whose reader went away. */
const READER_GONE = 141;

/** Runs the real command, and closes one of its pipes as `| head` does: after the first bytes, or before any. */
async function withReaderGone(args: readonly string[], pipe: 'stdout' | 'stderr', when: 'at-first-bytes' | 'before') {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', 'cli/restitch.ts', ...args], {
    cwd: repository,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const other: string[] = [];
  child[pipe === 'stdout' ? 'stderr' : 'stdout'].setEncoding('utf8').on('data', (text: string) => other.push(text));
  if (when === 'before') child[pipe].destroy();
  else child[pipe].once('data', () => child[pipe].destroy());
  const [code] = await once(child, 'close');
  return { code, other: other.join('') };
}

describe('restitch … | head', { timeout: 30_000 }, () => {
  it.each(['at-first-bytes', 'before'] as const)('ends quietly when the reader goes %s', async (when) => {
    expect(await withReaderGone(['lab', 'list', '--json'], 'stdout', when)).toEqual({ code: READER_GONE, other: '' });
  });

  it('ends quietly when nobody reads its errors', async () => {
    expect(await withReaderGone(['no-such-command'], 'stderr', 'before')).toEqual({ code: READER_GONE, other: '' });
  });
});
