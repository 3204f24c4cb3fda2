import { expect } from 'vitest';
import type { SlackMessage } from '../../../adapters/slack/block-kit.ts';
import { whyRefused } from '../../../local/slack/check-blocks.ts';

/** Slack takes it, and it reads well where only the text is shown. */
export function expectSlackTakes({ text, blocks }: SlackMessage): void {
  expect(whyRefused(blocks)).toBeUndefined();
  expect(text.length).toBeGreaterThan(0);
  expect(text.length).toBeLessThan(4_000);
}

/** Every text in the blocks, in order. */
export function textsIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, part]) =>
    name === 'text' && typeof part === 'string' ? [part] : textsIn(part),
  );
}

/** The labels of all buttons. */
export function buttonsIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('type' in value && value.type === 'button' && 'text' in value) return textsIn(value.text);
  return Object.values(value).flatMap(buttonsIn);
}
