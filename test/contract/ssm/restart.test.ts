import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CommandRunner } from '../../../core/runbook/node-command.ts';
import {
  commandOf,
  ended,
  eventually,
  GPU_1,
  linesOf,
  runnerFor,
  type SsmUnderTest,
  startUnderTest,
} from './ssm-under-test.ts';

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'restitch-ssm-'));
});
afterEach(async () => {
  // Opens the gate for a script that a failed test left waiting.
  await writeFile(join(dir, 'gpu-1', 'gate'), '').catch(() => undefined);
  await rm(dir, { recursive: true, force: true });
});

/** Lets `use` work with a stand-in in its own process, which is then killed without a warning. */
async function killedAfter<T>(faults: readonly unknown[], use: (runner: CommandRunner) => Promise<T>): Promise<T> {
  const program = join(import.meta.dirname, 'stand-in-process.ts');
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', program, dir, JSON.stringify(faults)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const exited = once(child, 'exit');
  try {
    return await use(runnerFor(await firstLine(child)));
  } finally {
    child.kill('SIGKILL');
    await exited;
  }
}

async function restarted<T>(use: (ssm: SsmUnderTest) => Promise<T>): Promise<T> {
  const ssm = await startUnderTest({ dir });
  try {
    return await use(ssm);
  } finally {
    await ssm.standIn.close();
  }
}

async function firstLine(child: ChildProcess): Promise<string> {
  let text = '';
  for await (const chunk of child.stdout ?? []) {
    text += String(chunk);
    if (text.includes('\n')) return text.slice(0, text.indexOf('\n'));
  }
  throw new Error('the stand-in ended before it printed its URL');
}

const runs = () => linesOf(join(dir, 'gpu-1', 'runs'));

describe('after a kill -9', () => {
  it('what had ended is still known, with its output, under its key', async () => {
    const commandId = await killedAfter([], async (runner) => {
      const sent = await runner.send(commandOf('apply'));
      await ended(runner, sent.commandId);
      return sent.commandId;
    });
    await restarted(async ({ runner }) => {
      expect(await runner.findCommand('inc.reconcile.1', GPU_1)).toBe(commandId);
      expect(await runner.result(commandId, GPU_1)).toMatchObject({
        status: 'succeeded',
        stdout: '{"status":"applied"}\n',
      });
    });
    expect(await runs()).toEqual(['ran']);
  });

  it('a script that was running goes on alone, is never started again, and its command ends without a result', async () => {
    const commandId = await killedAfter([], async (runner) => {
      const sent = await runner.send(commandOf('bounce'));
      await eventually(runs, (lines) => lines.length > 0);
      return sent.commandId;
    });
    await restarted(async ({ runner }) => {
      expect(await runner.findCommand('inc.reconcile.1', GPU_1)).toBe(commandId);
      expect(await runner.result(commandId, GPU_1)).toEqual({ status: 'timed-out', stdout: '' });
      await writeFile(join(dir, 'gpu-1', 'gate'), '');
      await eventually(runs, (lines) => lines.length > 1);
    });
    expect(await runs()).toEqual(['started', 'ended']);
  });

  it('a command that waited for its agent is delivered, once', async () => {
    const commandId = await killedAfter([{ kind: 'agent-offline' }], async (runner) => {
      return (await runner.send(commandOf('apply'))).commandId;
    });
    expect(await runs()).toEqual([]);
    await restarted(async ({ runner }) => {
      expect(await ended(runner, commandId)).toMatchObject({ status: 'succeeded' });
    });
    await restarted(async ({ runner }) => {
      expect(await runner.result(commandId, GPU_1)).toMatchObject({ status: 'succeeded' });
    });
    expect(await runs()).toEqual(['ran']);
  });

  it('a command whose reply was lost is found by its key', async () => {
    await killedAfter([{ kind: 'reply-lost' }], (runner) => runner.send(commandOf('apply')).catch(() => undefined));
    await restarted(async ({ runner }) => {
      const commandId = await runner.findCommand('inc.reconcile.1', GPU_1);
      expect(commandId).toBeDefined();
      await ended(runner, commandId ?? '');
    });
    expect((await runs()).length).toBeLessThanOrEqual(1);
  });
});

describe('an orderly stop', () => {
  it('leaves a waiting command for the next start', async () => {
    const commandId = await restarted(async (ssm) => {
      ssm.fault({ kind: 'agent-offline' });
      return (await ssm.runner.send(commandOf('apply'))).commandId;
    });
    expect(await runs()).toEqual([]);
    await restarted(async ({ runner }) => {
      expect(await ended(runner, commandId)).toMatchObject({ status: 'succeeded' });
    });
    expect(await runs()).toEqual(['ran']);
  });

  it('waits for a script that is about to end', async () => {
    const commandId = await restarted(async ({ runner }) => (await runner.send(commandOf('apply'))).commandId);
    await restarted(async ({ runner }) => {
      expect(await runner.result(commandId, GPU_1)).toMatchObject({ status: 'succeeded' });
    });
  });
});

describe('a start', () => {
  const DAY_MS = 24 * 3_600 * 1_000;

  it.each([
    [29, 'keeps'],
    [31, 'forgets'],
  ])('after %d days %s a command', async (days, what) => {
    const commandId = await restarted(async ({ runner }) => {
      const sent = await runner.send(commandOf('apply'));
      await ended(runner, sent.commandId);
      return sent.commandId;
    });
    const skew = days * DAY_MS;
    const ssm = await startUnderTest({ dir, skew });
    try {
      expect(await ssm.runner.findCommand('inc.reconcile.1', GPU_1)).toBe(what === 'keeps' ? commandId : undefined);
    } finally {
      await ssm.standIn.close();
    }
  });
});
