import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const repository = join(import.meta.dirname, '..', '..', '..');
const restitch = ['--disable-warning=ExperimentalWarning', 'cli/restitch.ts'];
/** 128 + 13, the number of SIGPIPE: what a shell sees of any program whose reader went away. */
const READER_GONE = 141;

/** Runs the real command, and closes one of its pipes before the first byte. */
async function withoutReader(args: readonly string[], pipe: 'stdout' | 'stderr') {
  const child = spawn(process.execPath, [...restitch, ...args], { cwd: repository, stdio: ['ignore', 'pipe', 'pipe'] });
  child[pipe].destroy();
  return ended(child, pipe === 'stdout' ? 'stderr' : 'stdout');
}

/** Runs the real command before `head`, which takes one byte. The list is longer than a pipe holds (64 KiB). */
async function beforeHead(args: readonly string[]) {
  const script = 'set -o pipefail; "$@" | head -c 1 > /dev/null';
  const child = spawn('bash', ['-c', script, 'bash', process.execPath, ...restitch, ...args], {
    cwd: repository,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return ended(child, 'stderr');
}

async function ended(child: ReturnType<typeof spawn>, pipe: 'stdout' | 'stderr') {
  const other: string[] = [];
  child[pipe]?.setEncoding('utf8').on('data', (text: string) => other.push(text));
  const [code] = await once(child, 'close');
  return { code, other: other.join('') };
}

describe('restitch … | head', { timeout: 30_000 }, () => {
  it('ends quietly when the reader goes at the first byte', async () => {
    expect(await beforeHead(['lab', 'list', '--json'])).toEqual({ code: READER_GONE, other: '' });
  });

  it('ends quietly when the reader goes before the first byte', async () => {
    expect(await withoutReader(['lab', 'list', '--json'], 'stdout')).toEqual({ code: READER_GONE, other: '' });
  });

  it('ends quietly when nobody reads its errors', async () => {
    expect(await withoutReader(['no-such-command'], 'stderr')).toEqual({ code: READER_GONE, other: '' });
  });
});
