import { failed, notSimulated, type Outcome, printed } from './outcome.ts';
import type { SimulatedHost } from './simulated-network.ts';

/** `sysctl [-n] [-e] key` and `sysctl [-q] -w key=value`. A slash in a key stands for a dot in a device's name. */
export function sysctlCommand(host: SimulatedHost, words: readonly string[]): Outcome {
  const flags = words.filter((word) => word.startsWith('-'));
  const keys = words.filter((word) => !word.startsWith('-'));
  if (flags.some((flag) => !['-n', '-q', '-w', '-e'].includes(flag))) return notSimulated(host, ['sysctl', ...words]);
  let sysctls = host.sysctls;
  const lines: string[] = [];
  for (const word of keys) {
    const [name = '', value] = word.split('=');
    const key = name.replaceAll('/', '.');
    const known = sysctls[key] ?? ofDevice(host, key);
    if (known === undefined && flags.includes('-e')) continue;
    if (known === undefined)
      return failed(host, 255, `sysctl: cannot stat /proc/sys/${key.replaceAll('.', '/')}: No such file or directory`);
    if (value !== undefined) sysctls = { ...sysctls, [key]: Number(value) };
    if (!flags.includes('-q'))
      lines.push(flags.includes('-n') ? String(value ?? known) : `${name} = ${value ?? known}`);
  }
  return printed({ ...host, sysctls }, lines);
}

/** A device's own switches, which nobody set: forwarding follows the host's, reverse-path filters are off. */
function ofDevice(host: SimulatedHost, key: string): number | undefined {
  const [, device, which] = /^net\.ipv4\.conf\.(.+)\.(forwarding|rp_filter)$/.exec(key) ?? [];
  if (device !== 'all' && !host.links.some(({ name }) => name === device)) return undefined;
  return which === 'forwarding' ? host.sysctls['net.ipv4.ip_forward'] : 0;
}
