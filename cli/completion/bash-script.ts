import { type Completable, type ValueSyntax, type Values, writeValues } from './completable.ts';
import { quoted } from './quoted.ts';

const syntax: ValueSyntax = {
  words: (words) => `kind=words words=${quoted(words)}`,
  files: 'kind=files',
  folders: 'kind=folders',
  anything: 'kind=anything',
};

/** Needs no package beside bash. Before bash 4, which has no `compopt`, files are offered where nothing is known. */
export function bashScript(commands: readonly Completable[]): string {
  const below = commands.filter(({ at }) => at !== '').map(({ at }) => quoted(at));
  return `# Completes restitch in bash. Made by: restitch completion bash
_restitch() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD - 1]} at='' kind='' words='' options='' i
  for ((i = 1; i < COMP_CWORD; i++)); do
    if [[ \${COMP_WORDS[i]} == -- ]]; then return; fi
    case "$at \${COMP_WORDS[i]}" in
      ${below.join(' | ')}) at="$at \${COMP_WORDS[i]}" ;;
    esac
  done
  case $at in
${commands.map((command) => `    ${quoted(command.at)}) ${atCommand(command)} ;;`).join('\n')}
  esac
  if [[ $word == -* ]]; then kind=words words=$options; fi
  case "$at $before" in
${valueBranches(commands).join('\n')}
  esac
  case $kind in
    words) COMPREPLY=($(compgen -W "$words" -- "$word")) ;;
    folders) compopt -o dirnames +o default 2>/dev/null ;;
    anything) compopt +o default 2>/dev/null ;;
  esac
}
complete -o default -F _restitch restitch`;
}

function atCommand({ commands, options, arguments: [first] }: Completable): string {
  const flags = options.map(({ flag }) => flag).join(' ');
  const names = commands.map(({ name }) => name);
  const values: Values = names.length > 0 ? { type: 'words', words: names } : (first?.values ?? { type: 'anything' });
  return `options=${quoted(flags)} ${writeValues(values, syntax)}`;
}

/** What follows an option: one branch for all options of the same values. */
function valueBranches(commands: readonly Completable[]): readonly string[] {
  const patterns = new Map<string, string[]>();
  for (const { at, options } of commands)
    for (const { flag, value } of options) {
      if (value === null) continue;
      const assignment = writeValues(value.values, syntax);
      patterns.set(assignment, [...(patterns.get(assignment) ?? []), quoted(`${at} ${flag}`)]);
    }
  return [...patterns].map(([assignment, of]) => `    ${of.join(' | ')}) ${assignment} ;;`);
}
