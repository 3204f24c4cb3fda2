import { escapeControls } from '../core/escape-controls.ts';
import type { CliIo } from './cli-io.ts';

/** Line breaks, tabs and the colours of `styleText`: nothing else of a terminal is ours. */
const OURS = `[\\n\\t]|${'\u001b'}\\[\\d{1,2}m`;
const WITH_COLOURS = new RegExp(`(${OURS})`);
const WITHOUT = /([\n\t])/;

/** A text for a terminal. What a node, an alert or a file says may stand in it: its control characters are shown, not obeyed. */
export function printable(text: string, colours = false): string {
  return text
    .split(colours ? WITH_COLOURS : WITHOUT)
    .map((part, index) => (index % 2 === 1 ? part : escapeControls(part)))
    .join('');
}

/** The same for all that a command prints. */
export function printingPlainly(io: CliIo): CliIo {
  return {
    ...io,
    out: (line) => io.out(printable(line, io.colours)),
    err: (line) => io.err(printable(line, io.colours)),
  };
}
