import type { Share } from './class-figures.ts';
import { type Html, html } from './html.ts';

/** Between a number and its unit: they stay on one line. */
const NARROW = '\u{202f}';

const moment = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', dateStyle: 'medium', timeStyle: 'short' });

/** `22 Nov 2026, 06:00`, in UTC. `at`: epoch milliseconds. */
export function timeHtml(at: number): Html {
  const date = new Date(at);
  return html`<time datetime="${date.toISOString()}">${moment.format(date)}</time>`;
}

/** At most two units: `4.2 s`, `47 s`, `12 min 30 s`, `3 h 20 min`, `2 d 4 h`. */
export function lengthText(seconds: number): string {
  if (seconds < 9.95) return unit(seconds === 0 ? 0 : seconds.toFixed(1), 's');
  const whole = Math.round(seconds);
  if (whole < 60) return unit(whole, 's');
  if (whole < 3_600) return two(whole, 60, 'min', 1, 's');
  return whole < 86_400 ? two(whole, 3_600, 'h', 60, 'min') : two(whole, 86_400, 'd', 3_600, 'h');
}

function two(seconds: number, large: number, largeName: string, small: number, smallName: string): string {
  const rest = Math.floor((seconds % large) / small);
  const first = unit(Math.floor(seconds / large), largeName);
  return rest === 0 ? first : `${first} ${unit(rest, smallName)}`;
}

function unit(value: number | string, name: string): string {
  return `${value}${NARROW}${name}`;
}

/** `9 of 11`, and apart from it `82 %`. Of nothing there is no share. */
export function shareHtml({ part, of }: Share): Html {
  if (of === 0) return html`<span class="quiet">none</span>`;
  return html`${part} of ${of} <span class="quiet">${percentText({ part, of })}</span>`;
}

export function percentText({ part, of }: Share): string {
  return of === 0 ? '–' : unit(Math.round((100 * part) / of), '%');
}
