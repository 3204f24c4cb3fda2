import { type FaultStep, shell } from '../fault.ts';

/**
 * Puts a script before a program of one host, which it may call as "$real": for what a namespace cannot have, as a clock of its
 * own or a kernel without a module. It goes with the host's mounts. A program that this machine does not have is left missing.
 */
export function shim(host: string, program: string, script: string): FaultStep {
  return shell(
    host,
    `path=$(command -v ${program}) || exit 0
path=$(readlink -f "$path") && mkdir -p /run/shims && cp "$path" /run/shims/${program}.real &&
cat >/run/shims/${program} <<'SHIM' && chmod 755 /run/shims/${program} && mount --bind /run/shims/${program} "$path"
#!/bin/sh
real=/run/shims/${program}.real
${script}
SHIM`,
  );
}
