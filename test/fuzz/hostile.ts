const ESC = '\u001b';

/** Texts that have broken, or could break, what reads, shows, stores or runs them. */
export const hostileTexts: readonly string[] = [
  '',
  ' ',
  // Terminals, logs and bidirectional text.
  `${ESC}[2J${ESC}]0;owned\u0007`,
  '\u009b31m',
  'a\u007f\u0085b',
  'cba\u202e',
  'a\u2028b\u2029',
  'soft\u00adhyphen\u200b\ufeff',
  '\r\n{"level":"info","event":"command"}\n',
  'x\u0000y',
  'gpu-1\tgpu-2',
  // Surrogates: halves, and pairs that a cut at an even or an odd place halves.
  '\ud800',
  'x\udc00',
  '😀'.repeat(400),
  `x${'😀'.repeat(400)}`,
  // Names that objects have by themselves.
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  // Shells, templates, paths, SQL, JSON patch.
  '$(reboot)',
  '`reboot`',
  "'; reboot; '",
  '|| reboot #',
  '-rf',
  '../../../etc/passwd',
  '{{ .Values.secret }}',
  '$'.concat('{PATH}'),
  '%s%n%d',
  '[{"op":"remove","path":"/spec"}]',
  // mrkdwn and HTML.
  '<!channel> <@U0ALICE> *bold* _it_ ~no~ `code`',
  '&lt;!channel&gt;',
  '```\nfence',
  '<https://example.com|click>',
  '<script>alert(1)</script>',
  // YAML.
  '&a [*a]',
  '*nobody',
  '!!js/function "x"',
  '- - - -',
  '? [a, b]',
  '<<: *a',
  '|\n  text',
  '---\n',
  '#',
  ': ',
  '%YAML 9.9\n',
  // Numbers, addresses and times at the edge.
  '0',
  '-1',
  '1e309',
  'NaN',
  '9'.repeat(400),
  '0x7f000001',
  '10.0.0.256',
  '010.1.1.1',
  '10.42.1.0/33',
  '0.0.0.0/0',
  '::ffff:10.0.0.1',
  'fe80::1%eth0',
  '1::2::3',
  '00:00:00:00:00:00',
  'ff:ff:ff:ff:ff:ff',
  '2026-02-30T25:61:61Z',
  '0000-01-01T00:00:00Z',
  '+275760-09-13T00:00:00.001Z',
  // Long.
  'x'.repeat(5_000),
  'a,'.repeat(3_000),
  '('.repeat(2_000),
  '['.repeat(3_000),
  '{a: '.repeat(3_000),
  '- '.repeat(3_000),
  'İ'.repeat(1_000),
  'x'.repeat(70_000),
];

/** Stands for an array within an array, and so on, which `JSON.stringify` cannot write; the text is put in its place. */
const NESTED = '\u0001nested\u0001';
/** A number that JSON can write and no double can hold. */
const TOO_LARGE = '\u0001too large\u0001';

export const hostileValues: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  2 ** 53,
  -(2 ** 53),
  1e308,
  8.64e15,
  8.64e15 + 1,
  [],
  {},
  [[]],
  [null],
  { '': '' },
  { length: 1e9 },
  { toJSON: 1, toString: null },
  NESTED,
  TOO_LARGE,
];

const DEPTH = 4_000;
const nested = '['.repeat(DEPTH) + ']'.repeat(DEPTH);

/** JSON of a value in which the marks above may stand. */
export function writeJson(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll(JSON.stringify(NESTED), nested)
    .replaceAll(JSON.stringify(TOO_LARGE), '1e999');
}
