/** Control characters, those that change how others are shown, and the two line breaks beyond ASCII. */
const CONTROLS = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/**
 * Every such character as JSON writes it, `\u001b`, so that no terminal obeys it and no line is forged. `JSON.stringify` leaves those
 * beyond ASCII as they are; they stand within its strings only, where an escape means the same.
 */
export function escapeControls(text: string): string {
  return text.replaceAll(CONTROLS, (character) => character.split('').map(escapeOf).join(''));
}

function escapeOf(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
