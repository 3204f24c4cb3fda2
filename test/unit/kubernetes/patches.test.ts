import { describe, expect, it } from 'vitest';
import { JsonPatch, jsonPatch } from '../../../local/kubernetes/json-patch.ts';
import { mergePatch } from '../../../local/kubernetes/merge-patch.ts';

describe('JSON merge patch (RFC 7396, appendix A)', () => {
  it.each([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [
      ['a', 'b'],
      ['c', 'd'],
      ['c', 'd'],
    ],
    [{ a: 'b' }, ['c'], ['c']],
    [{ a: 'foo' }, null, null],
    [{ a: 'foo' }, 'bar', 'bar'],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: 'b', c: null }, { a: 'b' }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('%j with %j is %j', (target, patch, result) => {
    expect(mergePatch(target, patch)).toEqual(result);
  });
});

describe('JSON patch (RFC 6902, appendix A)', () => {
  it.each([
    [{ foo: 'bar' }, [{ op: 'add', path: '/baz', value: 'qux' }], { foo: 'bar', baz: 'qux' }],
    [{ foo: ['a', 'b'] }, [{ op: 'add', path: '/foo/1', value: 'x' }], { foo: ['a', 'x', 'b'] }],
    [{ foo: ['a'] }, [{ op: 'add', path: '/foo/-', value: ['b'] }], { foo: ['a', ['b']] }],
    [{ baz: 1, foo: 2 }, [{ op: 'remove', path: '/baz' }], { foo: 2 }],
    [{ foo: ['a', 'b', 'c'] }, [{ op: 'remove', path: '/foo/1' }], { foo: ['a', 'c'] }],
    [{ foo: ['a', 'b'] }, [{ op: 'replace', path: '/foo/1', value: 'x' }], { foo: ['a', 'x'] }],
    [{ a: { w: 1 }, b: {} }, [{ op: 'move', from: '/a/w', path: '/b/t' }], { a: {}, b: { t: 1 } }],
    [{ foo: [1, 2, 3] }, [{ op: 'move', from: '/foo/0', path: '/foo/2' }], { foo: [2, 3, 1] }],
    [{ a: [1] }, [{ op: 'copy', from: '/a', path: '/b' }], { a: [1], b: [1] }],
    [{ '/': 9, '~1': 10 }, [{ op: 'test', path: '/~01', value: 10 }], { '/': 9, '~1': 10 }],
    [{ 'a/b': 1 }, [{ op: 'replace', path: '/a~1b', value: 2 }], { 'a/b': 2 }],
    [1, [{ op: 'replace', path: '', value: 2 }], 2],
  ])('%j with %j is %j', (target, patch, result) => {
    expect(jsonPatch(target, JsonPatch.parse(patch))).toEqual({ value: result });
  });

  it.each([
    [{ a: 1 }, [{ op: 'test', path: '/a', value: '1' }]],
    [{ a: 1 }, [{ op: 'add', path: '/b/c', value: 1 }]],
    [{ a: [1] }, [{ op: 'add', path: '/a/3', value: 1 }]],
    [{ a: [1] }, [{ op: 'remove', path: '/a/01' }]],
    [{ a: 1 }, [{ op: 'replace', path: '/b', value: 1 }]],
    [{ a: 1 }, [{ op: 'copy', from: '/b', path: '/c' }]],
  ])('%j refuses %j', (target, patch) => {
    expect(jsonPatch(target, JsonPatch.parse(patch))).toBeUndefined();
  });

  it('leaves the document alone when a later operation fails', () => {
    const target = { a: [1] };
    const patch = JsonPatch.parse([
      { op: 'add', path: '/a/0', value: 0 },
      { op: 'remove', path: '/b' },
    ]);
    expect(jsonPatch(target, patch)).toBeUndefined();
    expect(target).toEqual({ a: [1] });
  });
});
