import { describe, expect, it } from 'vitest';
import { SettingsEnvironment } from '../../../functions/runbook/config.ts';

describe('the route tables that may be changed', () => {
  it.each([
    ['are none by default', {}, []],
    ['are none when nothing is named', { ROUTE_TABLES: '' }, []],
    [
      'are the ids of the list',
      { ROUTE_TABLES: 'rtb-0123456789abcdef0, rtb-01234567' },
      ['rtb-0123456789abcdef0', 'rtb-01234567'],
    ],
  ])('%s', (_, environment, tables) => {
    expect(SettingsEnvironment.parse(environment).ROUTE_TABLES).toEqual(tables);
  });

  it.each(['*', 'rtb-*', 'rtb-0123', 'vpc-0123456789abcdef0', 'rtb-0123456789abcdef0;rtb-01234567'])(
    'are never %s',
    (text) => {
      expect(SettingsEnvironment.safeParse({ ROUTE_TABLES: text }).success).toBe(false);
    },
  );
});
