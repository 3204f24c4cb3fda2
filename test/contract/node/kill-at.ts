import type { DocumentName } from '../../../core/runbook/node-command.ts';
import { builtScript } from './built-script.ts';
import type { NamespaceNode } from './namespace-pair.ts';

/**
 * Text before a script that makes it die, with all that it started but for rollback timers, when what outlives it has changed for the
 * `at`th time: as when an agent kills it there. `watched` are patterns of files, whose names are what outlives it. The shell looks
 * before each of its commands, in subshells too: it expands the prompt for traced commands then. Between two changes every death is
 * the same.
 */
export function dyingAt(at: number, folder: string, watched: readonly string[]): string {
  return `
look() {
  set +f
  IFS=' '
  set -- ${watched.join(' ')}
  until { read -r n && read -r last; } <'${folder}/looks'; do :; done
  [ "$*" != "$last" ] || return 0
  n=$((n + 1))
  printf '%s\\n%s\\n' "$n" "$*" >'${folder}/looks'
  [ "$n" -ne ${at} ] || kill -9 -$$
}
printf '0\\n0\\n' >'${folder}/looks'
PS4='$(look)'
`;
}

/** What outlives a document on a node: files of work and state, and what programs of `counted` have changed. */
const watchedOn = ({ root }: NamespaceNode) => [
  `${root}/run/restitch/*`,
  `${root}/run/restitch/lock/*`,
  `${root}/run/restitch/armed/*`,
  `${root}/run/restitch/armed/.new.*`,
  ...['decision', 'outcome', 'timer', 'room', 'preshared'].map((file) => `${root}/run/restitch/armed/*/${file}`),
  `${root}/var/lib/restitch/*`,
  `${root}/var/lib/restitch/journal/*`,
  `${root}/effects/*`,
];

/** A program that leaves a mark each time that its words match, when it has done what they say. */
export const marking = ({ root }: NamespaceNode, program: string, words: string) =>
  `PATH=/usr/sbin:/usr/bin:/sbin:/bin ${program} "$@"
status=$?
case "$*" in ${words}) mkdir -p '${root}/effects' && : >'${root}/effects/${program}.'$$ ;; esac
exit $status`;

/** The shell begins to look where the script calls a function for the first time; without one, at its first command. */
const lookingFrom = (script: string, call?: string) =>
  call === undefined
    ? `set -x\n${script}`
    : script.replace(new RegExp(`^( *)${call}(?![(\\w])`, 'm'), `$1set -x\n$1${call}`);

/** Runs a document's script until the `at`th change. False when it ended before. */
export async function diesAt(
  node: NamespaceNode,
  document: DocumentName,
  parameters: Readonly<Record<string, string>>,
  at: number,
  programs: Readonly<Record<string, string>> = {},
  from?: string,
): Promise<boolean> {
  const named = Object.entries(parameters).map(([key, value]) => [`SSM_${key}`, value]);
  const { code } = await node.runScript(
    dyingAt(at, node.root, watchedOn(node)) + lookingFrom(builtScript(document), from),
    { RESTITCH_ROOT: node.root, ...Object.fromEntries(named) },
    { programs },
  );
  return code === null;
}
