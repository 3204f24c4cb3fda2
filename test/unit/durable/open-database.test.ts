import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../../local/durable/open-database.ts';
import { inTransaction } from '../../../local/sqlite-file.ts';
import { temporaryFolder } from '../../fakes/temporary-folder.ts';

describe('a transaction on a disk that is full', () => {
  it('says so, leaves nothing of itself, and the next one works', () => {
    const database = openDatabase(join(temporaryFolder(), 'engine.sqlite'));
    const add = (name: string, input: string) =>
      database
        .prepare('INSERT INTO executions (name, input, status, startedAt) VALUES (?, ?, ?, 0)')
        .run(name, input, '');
    const pages = Number(database.prepare('PRAGMA page_count').get()?.['page_count']);
    database.exec(`PRAGMA max_page_count = ${pages + 2}`);
    const large = 'x'.repeat(1_000_000);
    expect(() =>
      inTransaction(database, () => {
        add('small', '');
        add('large', large);
      }),
    ).toThrow('database or disk is full');
    inTransaction(database, () => add('next', ''));
    expect(database.prepare('SELECT name FROM executions').all()).toEqual([{ name: 'next' }]);
    database.close();
  });
});
