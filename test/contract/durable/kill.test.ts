import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, test } from 'vitest';

const script = join(import.meta.dirname, 'engine-process.ts');
const everyEffectOnce = ['look', 'send', 'probe', 'verify', 'ask', 'close'];

/** A test with a folder of its own: they wait for processes, so they wait together. */
const it = test.extend('folder', async ({ onTestFinished }) => {
  const folder = await mkdtemp(join(tmpdir(), 'restitch-kill-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
});

describe.concurrent('an engine that is killed with kill -9', () => {
  /** Runs the engine until it says something, which is all it says, and makes sure that its process is gone. */
  async function runUntilWord(folder: string, hangIn: string): Promise<string> {
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

  function effects(folder: string): readonly string[] {
    return readFileSync(join(folder, 'journal'), 'utf8').trimEnd().split('\n');
  }

  it.for(['look', 'probe', 'verify', 'ask', 'close'])(
    'in the middle of %s repeats that step alone',
    async (step, { folder }) => {
      expect(await runUntilWord(folder, step)).toBe('hanging');
      expect(await runUntilWord(folder, '-')).toBe('succeeded ["looked","sent","verified","yes","closed"]');
      expect(effects(folder)).toEqual(
        everyEffectOnce.flatMap((effect) => (effect === step ? [effect, effect] : [effect])),
      );
    },
  );

  it('in the middle of an at-most-once step does not run it again, and tells the workflow', async ({ folder }) => {
    expect(await runUntilWord(folder, 'send')).toBe('hanging');
    expect(await runUntilWord(folder, '-')).toBe(
      'succeeded ["looked","reconciled after StepInterruptedError","verified","yes","closed"]',
    );
    expect(effects(folder)).toEqual(['look', 'send', 'reconcile', 'probe', 'verify', 'ask', 'close']);
  });

  it.for(['wait', 'callback'])('while suspended in a %s repeats nothing', async (suspension, { folder }) => {
    expect(await runUntilWord(folder, suspension)).toBe('hanging');
    expect(await runUntilWord(folder, '-')).toBe('succeeded ["looked","sent","verified","yes","closed"]');
    expect(effects(folder)).toEqual(everyEffectOnce);
  });

  it('again and again, at every place, still comes to its end', async ({ folder }) => {
    const places = ['look', 'send', 'wait', 'probe', 'verify', 'ask', 'callback', 'close'];
    for (const place of places) expect(await runUntilWord(folder, place)).toBe('hanging');
    expect(await runUntilWord(folder, '-')).toMatch(/^succeeded /);
    expect(effects(folder).filter((effect) => effect === 'send')).toEqual(['send']);
  });
});
