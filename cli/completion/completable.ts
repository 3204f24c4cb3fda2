import type { Argument, CommandUnknownOpts, Option } from '@commander-js/extra-typings';

/** What may stand in the place of a value. */
export type Values =
  | { readonly type: 'words'; readonly words: readonly string[] }
  | { readonly type: 'files' }
  | { readonly type: 'folders' }
  | { readonly type: 'anything' };

/** How a shell is told what may stand there. */
export interface ValueSyntax {
  /** The words with blanks between them. */
  readonly words: (words: string) => string;
  readonly files: string;
  readonly folders: string;
  readonly anything: string;
}

export function writeValues(values: Values, syntax: ValueSyntax): string {
  return values.type === 'words' ? syntax.words(values.words.join(' ')) : syntax[values.type];
}

export interface CompletableOption {
  /** With its dashes. */
  readonly flag: string;
  readonly description: string;
  /** Null: it takes no value. */
  readonly value: { readonly name: string; readonly values: Values } | null;
}

/** One command as the scripts of all shells complete it. */
export interface Completable {
  /** The words of the command line that lead to it, each after a blank: ` lab inject`. The root's is empty. */
  readonly at: string;
  readonly commands: readonly { readonly name: string; readonly description: string }[];
  readonly options: readonly CompletableOption[];
  readonly arguments: readonly { readonly name: string; readonly values: Values; readonly variadic: boolean }[];
}

/** The words that a value may be, where neither its placeholder nor its choices say so: by `at`, a blank, and its option or argument. */
export type KnownWords = Readonly<Record<string, readonly string[]>>;

/** The command and all below it. */
export function completables(command: CommandUnknownOpts, known: KnownWords, at = ''): readonly Completable[] {
  const help = command.createHelp();
  const own = {
    at,
    commands: help.visibleCommands(command).map((child) => ({ name: child.name(), description: child.description() })),
    options: help.visibleOptions(command).map((option) => completableOption(option, known)),
    arguments: command.registeredArguments.map((argument) => ({
      name: argument.name(),
      values: valuesOf(argument, argument.name(), known[`${at} ${argument.name()}`]),
      variadic: argument.variadic,
    })),
  };
  return [own, ...command.commands.flatMap((child) => completables(child, known, `${at} ${child.name()}`))];
}

function completableOption(option: Option, known: KnownWords): CompletableOption {
  const flag = option.long ?? option.flags;
  const name = /[<[](\w+)/.exec(option.flags)?.[1];
  const value = name === undefined ? null : { name, values: valuesOf(option, name, known[flag]) };
  return { flag, description: option.description, value };
}

function valuesOf(
  { argChoices }: Pick<Argument | Option, 'argChoices'>,
  placeholder: string,
  known: readonly string[] | undefined,
): Values {
  const words = argChoices ?? known;
  if (words !== undefined) return { type: 'words', words };
  if (placeholder === 'FILE') return { type: 'files' };
  return { type: placeholder === 'DIR' ? 'folders' : 'anything' };
}
