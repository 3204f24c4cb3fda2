import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const script = join(import.meta.dirname, 'engine-process.ts');
const everyEffectOnce = ['look', 'send', 'probe', 'verify', 'ask', 'close'];

describe('an engine that is killed with kill -9', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'restitch-kill-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** Runs the engine until it says something, which is all it says, and makes sure that its process is gone. */
  async function runUntilWord(hangIn: string): Promise<string> {
    const child = spawn(
      process.execPath,
      [
        '--disable-warning=ExperimentalWarning',
        script,
        join(folder, 'executions.sqlite'),
        join(folder, 'journal'),
        hangIn,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const exited = once(child, 'exit');
    try {
      for await (const line of createInterface({ input: child.stdout })) return line;
      return 'nothing';
    } finally {
      child.kill('SIGKILL');
      await exited;
    }
  }

  function effects(): readonly string[] {
    return readFileSync(join(folder, 'journal'), 'utf8').trimEnd().split('\n');
  }

  it.each(['look', 'probe', 'verify', 'ask', 'close'])('in the middle of %s repeats that step alone', async (step) => {
    expect(await runUntilWord(step)).toBe('hanging');
    expect(await runUntilWord('-')).toBe('succeeded ["looked","sent","verified","yes","closed"]');
    expect(effects()).toEqual(everyEffectOnce.flatMap((effect) => (effect === step ? [effect, effect] : [effect])));
  });

  it('in the middle of an at-most-once step does not run it again, and tells the workflow', async () => {
    expect(await runUntilWord('send')).toBe('hanging');
    expect(await runUntilWord('-')).toBe(
      'succeeded ["looked","reconciled after StepInterruptedError","verified","yes","closed"]',
    );
    expect(effects()).toEqual(['look', 'send', 'reconcile', 'probe', 'verify', 'ask', 'close']);
  });

  it.each(['wait', 'callback'])('while suspended in a %s repeats nothing', async (suspension) => {
    expect(await runUntilWord(suspension)).toBe('hanging');
    expect(await runUntilWord('-')).toBe('succeeded ["looked","sent","verified","yes","closed"]');
    expect(effects()).toEqual(everyEffectOnce);
  });

  it('again and again, at every place, still comes to its end', async () => {
    const places = ['look', 'send', 'wait', 'probe', 'verify', 'ask', 'callback', 'close'];
    for (const place of places) expect(await runUntilWord(place)).toBe('hanging');
    expect(await runUntilWord('-')).toMatch(/^succeeded /);
    expect(effects().filter((effect) => effect === 'send')).toEqual(['send']);
  });
});
