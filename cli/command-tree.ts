import { Command, type CommanderError, type CommandUnknownOpts, Help } from '@commander-js/extra-typings';
import manifest from '../package.json' with { type: 'json' };
import { alertmanagerCommand } from './commands/alertmanager-commands.ts';
import { approvalCommands } from './commands/approval-commands.ts';
import type { CommandContext } from './commands/command-context.ts';
import { completionCommand } from './commands/completion-command.ts';
import { configCommand } from './commands/config-commands.ts';
import { consoleCommand } from './commands/console-command.ts';
import { doctorCommand } from './commands/doctor-command.ts';
import { evidenceCommands } from './commands/evidence-commands.ts';
import { exampleText } from './commands/example-text.ts';
import { incidentCommands } from './commands/incident-commands.ts';
import { inventoryCommand } from './commands/inventory-commands.ts';
import { labCommands } from './commands/lab-commands.ts';
import { operationCommands } from './commands/operation-commands.ts';
import { reportCommands } from './commands/report-commands.ts';
import { UsageError } from './usage-error.ts';

/** Help fits a terminal of this many columns, whatever the real one has. */
const HELP_COLUMNS = 80;

const EXIT_CODES = `
Exit codes:
  0    done, and as wanted
  1    failed, or not as wanted: the help of a command says what that means
  2    the command line is wrong
  141  the reader of its output stopped early (restitch … | head)`;

/** Every command with its options. What a command does is loaded when it is called. */
export function commandTree(context: CommandContext): CommandUnknownOpts {
  const root = new Command('restitch')
    .description('stitches a torn pod network back together')
    .usage('COMMAND [options]')
    .version(manifest.version, '--version', 'prints the version')
    .addHelpText('after', '\nEvery command has --help of its own.')
    .addHelpText('after', EXIT_CODES)
    .addHelpText('after', exampleText('restitch start --drill vxlan-wedge'));
  const commands = [
    ...labCommands(context),
    ...evidenceCommands(context),
    ...incidentCommands(context),
    ...reportCommands(context),
    inventoryCommand(context),
    ...approvalCommands(context),
    consoleCommand(context),
    ...operationCommands(context),
    alertmanagerCommand(context),
    configCommand(context),
    doctorCommand(context),
    completionCommand(context),
  ];
  for (const command of commands) root.addCommand(command);
  configure(root, context);
  return root;
}

/** Settings that every command of the tree has, however deep. Errors of the command line become `UsageError`. */
function configure(command: CommandUnknownOpts, context: CommandContext): void {
  command
    .enablePositionalOptions()
    .helpCommand(false)
    .helpOption('--help', 'prints this help')
    .configureOutput({
      writeOut: (text) => context.io.out(text.trimEnd()),
      writeErr: () => undefined,
      getOutHelpWidth: () => HELP_COLUMNS,
    })
    .configureHelp({
      subcommandTerm: (child) => child.name(),
      // That a flag is off unless it is given goes without saying.
      optionDescription: (option) => (option.isBoolean() ? option.description : new Help().optionDescription(option)),
    })
    .exitOverride((error) => {
      if (error.exitCode === 0) throw error;
      throw new UsageError(describe(command, error));
    });
  if (command.commands.length > 0 && command.parent !== null) command.usage('COMMAND [options]');
  for (const child of command.commands) configure(child, context);
}

/** A group says what it wants. Commander's sentence names the option or command that comes nearest. */
function describe(command: CommandUnknownOpts, { code, message }: CommanderError): string {
  const names = command.commands.map((child) => child.name());
  const wants = `${command.name()} wants ${new Intl.ListFormat('en-GB', { type: 'disjunction' }).format(names)}`;
  if (code === 'commander.help') return wants;
  const said = message.replace(/^error: /, '');
  return code === 'commander.unknownCommand' && command.parent !== null ? `${said}\n${wants}` : said;
}
