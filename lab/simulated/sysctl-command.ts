import { failed, notSimulated, type Outcome, printed } from './outcome.ts';
import type { SimulatedHost } from './simulated-network.ts';

/** `sysctl [-n] key` and `sysctl [-q] -w key=value`. A slash in a key stands for a dot in a device's name. */
export function sysctlCommand(host: SimulatedHost, words: readonly string[]): Outcome {
  const flags = words.filter((word) => word.startsWith('-'));
  const keys = words.filter((word) => !word.startsWith('-'));
  if (flags.some((flag) => !['-n', '-q', '-w'].includes(flag))) return notSimulated(host, ['sysctl', ...words]);
  let sysctls = host.sysctls;
  const lines: string[] = [];
  for (const word of keys) {
    const [name = '', value] = word.split('=');
    const key = name.replaceAll('/', '.');
    const known = sysctls[key];
    if (known === undefined)
      return failed(host, 255, `sysctl: cannot stat /proc/sys/${key.replaceAll('.', '/')}: No such file or directory`);
    if (value !== undefined) sysctls = { ...sysctls, [key]: Number(value) };
    if (!flags.includes('-q')) lines.push(flags.includes('-n') ? String(value ?? known) : `${key} = ${value ?? known}`);
  }
  return printed({ ...host, sysctls }, lines);
}
