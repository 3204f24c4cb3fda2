import { gzipSync } from 'node:zlib';

/** The files of monitoring/watchdog that a node gets. */
export interface WatchdogFiles {
  readonly script: string;
  readonly service: string;
  readonly timer: string;
}

const WIDTH = 76;

/** Functions of POSIX sh that print the files: the script as gzip and base64, because a document may have 64 KB. */
export function packWatchdog({ script, service, timer }: WatchdogFiles): string {
  const packed = gzipSync(script, { level: 9 }).toString('base64');
  const lines = packed.match(new RegExp(`.{1,${WIDTH}}`, 'g')) ?? [];
  return [
    printing('watchdog_packed', lines.join('\n')),
    printing('watchdog_service', service),
    printing('watchdog_timer', timer),
  ].join('\n');
}

function printing(name: string, text: string): string {
  return `${name}() {\n  cat <<'RESTITCH_FILE'\n${text.trimEnd()}\nRESTITCH_FILE\n}`;
}
