import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { stopSignals } from '../../../cli/stop-signals.ts';

function processUnderTest() {
  const exits: number[] = [];
  return Object.assign(new EventEmitter(), { exits, exit: (code: number) => exits.push(code) });
}

describe('Ctrl-C', () => {
  it('asks for an orderly stop the first time, and ends the process at once the second time', async () => {
    const stopped = processUnderTest();
    const { requested, signal } = stopSignals(stopped);
    expect(signal.aborted).toBe(false);
    stopped.emit('SIGINT');
    await requested;
    expect(signal.aborted).toBe(true);
    expect(stopped.exits).toEqual([]);
    stopped.emit('SIGINT');
    expect(stopped.exits).toEqual([130]);
  });

  it('counts together with the other signals that end a process', () => {
    const stopped = processUnderTest();
    stopSignals(stopped);
    stopped.emit('SIGTERM');
    stopped.emit('SIGINT');
    expect(stopped.exits).toEqual([130]);
  });
});
