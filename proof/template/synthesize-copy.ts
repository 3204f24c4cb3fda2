import { execFile } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { appendFile, cp, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

/** What the stack is made of. */
const sources = [
  ...['adapters', 'configuration', 'core', 'functions', 'lib', 'monitoring', 'runbooks', 'scripts'],
  ...['cdk.json', 'package.json', 'restitch.config.yaml'],
];
const root = join(import.meta.dirname, '..', '..');

export interface CopyOptions {
  /** Text that stands at the end of a file of the copy, by the file's path. */
  readonly changes?: Readonly<Record<string, string>>;
  /** Another configuration than that of the sources. */
  readonly config?: string;
}

/** `cdk synth` of a copy of the sources in `folder`, without credentials or network settings. Returns the folder that it wrote. */
export async function synthesizeCopy(folder: string, { changes = {}, config }: CopyOptions = {}): Promise<string> {
  await mkdir(folder, { recursive: true });
  for (const source of sources) await cp(join(root, source), join(folder, source), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  for (const [file, text] of Object.entries(changes)) await appendFile(join(folder, file), text);
  const cdk = join(folder, 'node_modules', 'aws-cdk', 'bin', 'cdk');
  const env = { HOME: folder, PATH: dirname(process.execPath), CDK_DISABLE_VERSION_CHECK: '1' };
  const chosen = config === undefined ? [] : ['--context', `config=${config}`];
  const synth = [cdk, 'synth', '--quiet', '--output', 'cdk.out', ...chosen];
  await promisify(execFile)(process.execPath, synth, { cwd: folder, env, timeout: 120_000 });
  return join(folder, 'cdk.out');
}
