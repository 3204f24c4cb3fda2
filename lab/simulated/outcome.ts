import type { SimulatedHost } from './simulated-network.ts';

/** What a program leaves behind: the host as it is afterwards, and what it printed. */
export interface Outcome {
  readonly host: SimulatedHost;
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export function printed(host: SimulatedHost, lines: readonly string[] = []): Outcome {
  return { host, code: 0, stdout: lines.map((line) => `${line}\n`).join(''), stderr: '' };
}

export function failed(host: SimulatedHost, code: number, message: string): Outcome {
  return { host, code, stdout: '', stderr: `${message}\n` };
}

/** iproute2 prints the kernel's refusal so, and ends with 2. */
export function kernelRefuses(host: SimulatedHost, why: string): Outcome {
  return failed(host, 2, `RTNETLINK answers: ${why}`);
}

export function noSuchDevice(host: SimulatedHost, dev: string): Outcome {
  return failed(host, 1, `Cannot find device "${dev}"`);
}

export function notSimulated(host: SimulatedHost, words: readonly string[]): Outcome {
  return failed(host, 255, `not simulated: ${words.join(' ')}`);
}
