import { describe, expect, it } from 'vitest';
import { matchesName, overlap } from '../../../core/cloud/name-pattern.ts';

describe('a pattern of names', () => {
  it.each([
    ['gpu-*', 'gpu-1', true],
    ['gpu-*', 'gpu-', true],
    ['gpu-?', 'gpu-12', false],
    ['?*', 'a', true],
    ['?*', '', false],
    ['*-west', 'gpu-1-west', true],
    ['*-west', 'gpu-1-east', false],
    ['gpu-1', 'gpu-10', false],
    ['*a*b*', 'xaxbx', true],
    ['*a*b*', 'xbxax', false],
  ])('%s and the name %s: %s', (pattern, name, expected) => expect(matchesName(pattern, name)).toBe(expected));

  it('is no pattern itself: a name with a star fits no other name', () => {
    expect(matchesName('gpu-1', '*')).toBe(false);
  });
});

describe('two patterns', () => {
  it.each([
    ['gpu-*', 'hub-*', false],
    ['gpu-*', '*-1', true],
    ['?*', 'gpu-*', true],
    ['west-?', 'west-??', false],
    ['west-*', 'west-??', true],
    ['*-west', '*-east', false],
    ['a*c', 'a?', true],
    ['a*c', 'ab', false],
    ['*', '', true],
    ['**', '?', true],
  ])('%s and %s have a name in common: %s', (left, right, expected) => {
    expect(overlap(left, right)).toBe(expected);
    expect(overlap(right, left)).toBe(expected);
  });
});
