import { type Completable, type CompletableOption, type ValueSyntax, writeValues } from './completable.ts';
import { quoted } from './quoted.ts';

const syntax: ValueSyntax = {
  words: (words) => `(${words})`,
  files: '_files',
  folders: '_files -/',
  anything: ' ',
};

/** To be loaded by `source`, or from a folder of `fpath` as the file _restitch. */
export function zshScript(commands: readonly Completable[]): string {
  const below = commands.filter(({ at }) => at !== '').map(({ at }) => quoted(at));
  return `#compdef restitch
# Completes restitch in zsh. Made by: restitch completion zsh
_restitch() {
  local at=''
  local -a names
  while ((CURRENT > 2)); do
    case "$at $words[2]" in
      (${below.join(' | ')}) at="$at $words[2]"; shift words; ((CURRENT--)) ;;
      (*) break ;;
    esac
  done
  case $at in
${commands.map((command) => `    (${quoted(command.at)}) ${atCommand(command)} ;;`).join('\n')}
  esac
}
if [[ $funcstack[1] == _restitch ]]; then _restitch "$@"; else compdef _restitch restitch; fi`;
}

function atCommand({ commands, options, arguments: values }: Completable): string {
  const flags = options.map((option) => quoted(optionSpec(option))).join(' ');
  if (commands.length > 0) {
    const names = commands.map(({ name, description }) => quoted(`${name}:${description}`)).join(' ');
    return `if [[ $words[2] == -* ]]; then _arguments ${flags}; else names=(${names}); _describe command names; fi`;
  }
  const places = values.map(({ name, values, variadic }) =>
    quoted(`${variadic ? '*' : ''}:${name}:${writeValues(values, syntax)}`),
  );
  return ['_arguments', flags, ...places].join(' ');
}

function optionSpec({ flag, description, value }: CompletableOption): string {
  const explained = `${flag}[${description.replaceAll(/[[\]\\]/g, '\\$&')}]`;
  return value === null ? explained : `${explained}:${value.name}:${writeValues(value.values, syntax)}`;
}
