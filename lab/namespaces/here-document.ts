/** Shell lines that give a command its standard input, nothing of it expanded. */
export function hereDocument(command: string, lines: readonly string[]): readonly string[] {
  return [`${command} <<'LINES'`, ...lines, 'LINES'];
}
