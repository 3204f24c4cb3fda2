import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isCauseName } from '../../../core/diagnosis/causes.ts';
import { guardNames } from '../../../core/safety/guards/guard.ts';

const page = (name: string) => readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', name), 'utf8');
const rowsOf = (text: string) => text.split('\n').filter((line) => line.startsWith('| '));
const named = (cells: string) => [...cells.matchAll(/`([a-z0-9-]+)`/g)].flatMap(([, name]) => name ?? []);

describe('the names in the pages for people on call', () => {
  it('are causes that there are, in the columns of the symptoms’ page', () => {
    const names = rowsOf(page('symptoms.md')).flatMap((row) => named(row.split('|').slice(2).join('|')));
    expect(names.length).toBeGreaterThan(30);
    expect(names.filter((name) => !isCauseName(name))).toEqual([]);
  });

  it('are the guards, all of them and in their order', () => {
    const names = rowsOf(page('on-call.md')).flatMap((row) => named(row.split('|')[1] ?? ''));
    expect(names).toEqual([...guardNames]);
  });
});
