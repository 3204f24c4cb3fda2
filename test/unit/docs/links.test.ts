import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..', '..');

/** The pages that people read: those at the top, and everything under docs. */
const pages = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];

/** Every target of `[text](target)` outside code. */
function linksOf(markdown: string): readonly string[] {
  const prose = markdown.replaceAll(/^```[\s\S]*?^```/gm, '').replaceAll(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, target]) => target ?? []);
}

/** The anchor that GitHub makes of a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-');
}

function anchorsOf(markdown: string): readonly string[] {
  return [...markdown.matchAll(/^#+ (.+)$/gm)].flatMap(([, heading]) =>
    heading === undefined ? [] : anchorOf(heading),
  );
}

/** Why a relative link leads nowhere; undefined when it leads somewhere, or out of the repository. */
function whyBroken(page: string, target: string): string | undefined {
  if (/^[a-z]+:/.test(target)) return undefined;
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? join(root, page) : join(root, dirname(page), path);
  if (relative(root, file).startsWith('..') || !existsSync(file)) return `${target}: no such file`;
  if (anchor === undefined || !file.endsWith('.md')) return undefined;
  return anchorsOf(readFileSync(file, 'utf8')).includes(anchor) ? undefined : `${target}: no such heading`;
}

describe('a relative link', () => {
  it('is looked for on every page', () => {
    expect(pages).toEqual(
      expect.arrayContaining(['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'docs/architecture.md']),
    );
  });

  it.each(pages)('leads to a file and a heading that are there: %s', (page) => {
    const links = linksOf(readFileSync(join(root, page), 'utf8'));
    expect(links.flatMap((target) => whyBroken(page, target) ?? [])).toEqual([]);
  });

  it('is seen in prose, and not in code', () => {
    expect(linksOf('[a](b.md) `[c](d.md)`\n```\n[e](f.md)\n```\n[g](#h)')).toEqual(['b.md', '#h']);
  });

  it.each(['docs/no-such-page.md', '../elsewhere.md', '#no-such-heading'])(
    'is reported when it is broken: %s',
    (target) => {
      expect(whyBroken('README.md', target)).toBeDefined();
    },
  );
});
