import { readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { openLogFile } from '../../../cli/log-file.ts';
import { temporaryFolder } from '../../fakes/temporary-folder.ts';

describe('the log of npm start', () => {
  it('has every line, behind those of the run before', async () => {
    const path = join(temporaryFolder(), 'restitch.log');
    for (const line of ['one\n', 'two\n']) {
      const file = openLogFile(path, () => expect.fail('nothing is wrong'));
      file.write(line);
      file.end();
      await vi.waitFor(() => expect(readFileSync(path, 'utf8')).toContain(line));
    }
    expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n');
  });

  it('says once that the disk is full, goes on without, and is written again when there is room', async () => {
    const path = join(temporaryFolder(), 'restitch.log');
    symlinkSync('/dev/full', path);
    const told: string[] = [];
    const time = { now: 0 };
    const file = openLogFile(
      path,
      (trouble) => told.push(trouble),
      () => time.now,
    );
    file.write('lost\n');
    await vi.waitFor(() => expect(told).toHaveLength(1));
    expect(told[0]).toContain('ENOSPC');
    file.write('lost too\n');
    time.now += 5_000;
    file.write('and this\n');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(told).toHaveLength(1);
    rmSync(path);
    time.now += 5_000;
    file.write('kept\n');
    await vi.waitFor(() => expect(readFileSync(path, 'utf8')).toBe('kept\n'));
    file.end();
  });
});
