#!/usr/bin/env node
import { confirmOnTerminal } from './confirm-on-terminal.ts';
import { runCli } from './run-cli.ts';

/** 128 + 13, the number of SIGPIPE: what a shell sees of a program that stops because nobody reads on. */
const READER_GONE = 141;

// With `| head` the reader stops early. Node ignores SIGPIPE and reports EPIPE instead, and there is nobody to tell.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(READER_GONE);
  });

process.exitCode = await runCli(process.argv.slice(2), {
  out: (line) => process.stdout.write(`${line}\n`),
  err: (line) => process.stderr.write(`${line}\n`),
  environment: process.env,
  colours: process.stdout.isTTY && process.stdout.hasColors(),
  ...(process.stdin.isTTY && process.stdout.isTTY ? { confirm: confirmOnTerminal } : {}),
});
