const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** As a shell tells a program that Ctrl-C ended. */
const INTERRUPTED = 130;

/** Of a process what is needed here. */
export interface Stoppable {
  on(name: (typeof SIGNALS)[number], listener: () => void): unknown;
  exit(code: number): unknown;
}

/** The first signal asks for an orderly stop; a second one ends the process at once. */
export function stopSignals(stopped: Stoppable): { readonly requested: Promise<void>; readonly signal: AbortSignal } {
  const controller = new AbortController();
  const requested = new Promise<void>((resolve) => {
    controller.signal.addEventListener('abort', () => resolve());
  });
  const stop = () => {
    if (controller.signal.aborted) stopped.exit(INTERRUPTED);
    else controller.abort();
  };
  for (const name of SIGNALS) stopped.on(name, stop);
  return { requested, signal: controller.signal };
}
