import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import type { CliIo } from '../cli-io.ts';
import { bashScript } from './bash-script.ts';
import { type Completable, completables } from './completable.ts';
import { fishScript } from './fish-script.ts';
import { knownWords } from './known-words.ts';
import { zshScript } from './zsh-script.ts';

const scripts: Readonly<Record<'bash' | 'zsh' | 'fish', (commands: readonly Completable[]) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

/** `restitch completion SHELL`, called with its own command of the tree. */
export function printCompletion(shell: keyof typeof scripts, command: CommandUnknownOpts, { out }: CliIo): number {
  out(scripts[shell](completables(command.parent ?? command, knownWords)));
  return 0;
}
