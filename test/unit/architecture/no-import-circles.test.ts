import { describe, expect, it } from 'vitest';
import { circlesOf, graphOf, type Import, importsOf, relativeImports } from './import-graph.ts';

/** `core/alert/x.ts` with 1 is `core`, with 2 `core/alert`; undefined for a file that lies higher up. */
const folder = (depth: number) => (file: string) => {
  const folders = file.split('/').slice(0, -1);
  return folders.length < depth ? undefined : folders.slice(0, depth).join('/');
};
const inCore = (file: string) => (file.startsWith('core/') ? folder(2)(file) : undefined);

const imports = relativeImports();

describe('imports', () => {
  it('are found in every room', () => {
    const rooms = new Set(imports.map(({ from }) => folder(1)(from)));
    expect([...rooms]).toEqual(
      expect.arrayContaining(['core', 'lab', 'local', 'proof', 'cli', 'functions', 'adapters']),
    );
  });

  it('make no circle between the top-level folders', () => {
    expect(circlesOf(graphOf(imports, folder(1)))).toEqual([]);
  });

  it('make no circle between the folders of core', () => {
    expect(circlesOf(graphOf(imports, inCore))).toEqual([]);
  });

  it('never lead into proof from outside', () => {
    const outside = imports.filter(({ from, to }) => to.startsWith('proof/') && !from.startsWith('proof/'));
    expect(outside).toEqual([]);
  });
});

describe('a circle', () => {
  const graph = (...lines: readonly string[]) => {
    const between: readonly Import[] = lines.map((line) => {
      const [from = '', to = ''] = line.split(' ');
      return { from: `${from}/file.ts`, to: `${to}/file.ts` };
    });
    return graphOf(between, folder(1));
  };

  it.each([
    ['of two', ['a b', 'b a', 'b c'], [['a', 'b']]],
    ['of three', ['a b', 'b c', 'c a', 'c d'], [['a', 'b', 'c']]],
    [
      'and another',
      ['a b', 'b a', 'c d', 'd c', 'a c'],
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ['that is none', ['a b', 'b c', 'a c', 'a a'], []],
  ])('%s is told', (_name, lines, expected) => {
    expect(circlesOf(graph(...lines))).toEqual(expected);
  });

  it('is seen through every form of import', () => {
    const text =
      "import a from './a.ts';\nexport { b } from '../b.ts';\nimport './c.ts';\nawait import('./d.ts');\nimport e from 'e';";
    expect(importsOf(text)).toEqual(['./a.ts', '../b.ts', './c.ts', './d.ts']);
  });
});
