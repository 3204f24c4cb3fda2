import { type Completable, type ValueSyntax, writeValues } from './completable.ts';

const syntax: ValueSyntax = {
  words: (words) => `-f -a ${quoted(words)}`,
  files: '-F',
  folders: "-f -a '(__fish_complete_directories)'",
  anything: '-f',
};

/** To be loaded by `restitch completion fish | source`, or from fish's folder of completions. */
export function fishScript(commands: readonly Completable[]): string {
  const below = commands.filter(({ at }) => at !== '').map(({ at }) => quoted(at));
  return `# Completes restitch in fish. Made by: restitch completion fish
function __restitch_at
    set -l at ''
    for word in (commandline -opc)[2..-1]
        switch "$at $word"
            case ${below.join(' ')}
                set at "$at $word"
        end
    end
    test "$at" = "$argv[1]"
end
complete -c restitch -e
complete -c restitch -f
${commands.flatMap(linesOf).join('\n')}`;
}

function linesOf({ at, commands, options, arguments: [first] }: Completable): readonly string[] {
  const here = `complete -c restitch -n ${quoted(`__restitch_at ${quoted(at)}`)}`;
  return [
    ...commands.map(({ name, description }) => `${here} -a ${quoted(name)} -d ${quoted(description)}`),
    ...(first === undefined ? [] : [`${here} ${writeValues(first.values, syntax)}`]),
    ...options.map(({ flag, description, value }) => {
      const what = value === null ? '' : ` -r ${writeValues(value.values, syntax)}`;
      return `${here} -l ${flag.slice(2)} -d ${quoted(description)}${what}`;
    }),
  ];
}

/** In single quotes, as fish reads them. */
function quoted(text: string): string {
  return `'${text.replaceAll(/[\\']/g, '\\$&')}'`;
}
