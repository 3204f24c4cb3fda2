import { parseArgs } from 'node:util';
import { UsageError } from './usage-error.ts';

const options = {
  lab: { type: 'boolean', default: false },
  'state-dir': { type: 'string', default: '.restitch-lab' },
  output: { type: 'string' },
  evidence: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/** Where nodes and evidence come from. */
export interface FleetChoice {
  readonly lab: boolean;
  readonly stateDir: string;
  readonly json: boolean;
}

export interface LearnOptions extends FleetChoice {
  readonly action: 'learn';
  /** Undefined: standard output. */
  readonly output: string | undefined;
}

export interface CheckOptions extends FleetChoice {
  readonly action: 'check';
  /** Undefined: the ConfigMap. */
  readonly file: string | undefined;
  readonly evidence: string | undefined;
}

/** Throws `UsageError` for what is no option, or belongs to the other command. */
export function parseInventoryOptions(
  args: readonly string[],
): LearnOptions | CheckOptions | { readonly action: 'help' } {
  const { values, positionals } = parse(args);
  if (values.help) return { action: 'help' };
  const [action, file, ...more] = positionals;
  const { lab, json, output, evidence } = values;
  const choice = { lab, json, stateDir: values['state-dir'] };
  if (more.length > 0) throw new UsageError(`inventory does not understand ${more.join(' ')}`);
  if (action === 'learn') {
    if (file !== undefined) throw new UsageError('inventory learn reads no file; --output FILE writes one');
    if (evidence !== undefined)
      throw new UsageError('inventory learn looks at every node itself: --evidence is for check');
    return { action, ...choice, output };
  }
  if (action !== 'check') throw new UsageError('inventory wants learn or check');
  if (output !== undefined) throw new UsageError('inventory check writes nothing: --output is for learn');
  if (lab && evidence !== undefined) throw new UsageError('give --lab or --evidence, not both');
  return { action, ...choice, file, evidence };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
