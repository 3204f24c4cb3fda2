/** Sets variables at the top of a POSIX sh script, each of which has a line `name='…'` there. Throws for one that it has not. */
export function setVariables(script: string, values: Readonly<Record<string, string>>): string {
  return Object.entries(values).reduce((text, [name, value]) => {
    const line = new RegExp(`^${name}='[^']*'$`, 'm');
    if (!line.test(text)) throw new Error(`the script has no line ${name}='…'`);
    return text.replace(line, () => `${name}='${value.replaceAll("'", "'\\''")}'`);
  }, script);
}
