import fc from 'fast-check';
import { hostileTexts, hostileValues } from './hostile.ts';

/** Where in a value: each number chooses a child; it ends early at a leaf. */
type Way = readonly number[];

/** One change of a JSON value at one place. */
export interface JsonDamage {
  readonly way: Way;
  readonly kind: 'replace' | 'remove' | 'rename' | 'add' | 'repeat' | 'copy';
  readonly value: unknown;
  readonly text: string;
  /** Of `copy`: from where. */
  readonly from: Way;
}

const anyWay = fc.array(fc.nat({ max: 9_999 }), { minLength: 1, maxLength: 8 });

const anyText = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...hostileTexts) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
);

const anyValue = fc.oneof(
  { weight: 5, arbitrary: anyText },
  { weight: 4, arbitrary: fc.constantFrom(...hostileValues) },
  { weight: 1, arbitrary: fc.integer() },
);

export const anyJsonDamage: fc.Arbitrary<JsonDamage> = fc.record({
  way: anyWay,
  kind: fc.constantFrom('replace', 'replace', 'replace', 'remove', 'rename', 'add', 'repeat', 'copy'),
  value: anyValue,
  text: anyText,
  from: anyWay,
});

const TIMES = 20;

/** The value with this damage. */
export function damageJson(value: unknown, { way, kind, ...damage }: JsonDamage): unknown {
  switch (kind) {
    case 'replace':
      return changeAt(value, way, () => damage.value);
    case 'remove':
      return changeIn(value, way, (children, at) => children.toSpliced(at, 1));
    case 'rename':
      return changeIn(value, way, (children, at) =>
        children.map(([key, each], index) => [index === at ? damage.text : key, each]),
      );
    case 'add':
      return changeIn(value, way, (children, at) => children.toSpliced(at, 0, [damage.text, damage.value]));
    case 'repeat':
      return changeIn(value, way, (children, at) => {
        const [key, each] = children[at] ?? ['', null];
        return [...children, ...Array.from({ length: TIMES }, (_, turn): Child => [`${key}${turn}`, each])];
      });
    case 'copy':
      return changeAt(value, way, () => valueAt(value, damage.from));
    default:
      return value;
  }
}

type Child = readonly [string, unknown];

function childrenOf(value: unknown): readonly Child[] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}

/** The same kind of value with other children. `Object.fromEntries` makes `__proto__` a key like every other. */
function withChildren(value: unknown, children: readonly Child[]): unknown {
  return Array.isArray(value) ? children.map(([, each]) => each) : Object.fromEntries(children);
}

function changeAt(value: unknown, [step, ...rest]: Way, change: (old: unknown) => unknown): unknown {
  const children = childrenOf(value);
  if (step === undefined || children.length === 0) return change(value);
  const at = step % children.length;
  return withChildren(
    value,
    children.map(([key, each], index) => [key, index === at ? changeAt(each, rest, change) : each]),
  );
}

/** Changes the children of the object or array that is last on the way. */
function changeIn(
  value: unknown,
  [step, ...rest]: Way,
  change: (children: readonly Child[], at: number) => readonly Child[],
): unknown {
  const children = childrenOf(value);
  if (children.length === 0) return value;
  const at = (step ?? 0) % children.length;
  const [key, child] = children[at] ?? ['', null];
  if (rest.length === 0 || childrenOf(child).length === 0) return withChildren(value, change(children, at));
  return withChildren(value, children.with(at, [key, changeIn(child, rest, change)]));
}

function valueAt(value: unknown, [step, ...rest]: Way): unknown {
  const children = childrenOf(value);
  if (step === undefined || children.length === 0) return value;
  return valueAt(children[step % children.length]?.[1], rest);
}
