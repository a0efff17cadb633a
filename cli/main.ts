#!/usr/bin/env node
import { processIo } from './process-io.ts';
import { run } from './run.ts';

const { io, flushed } = processIo();
const code = await run(process.argv.slice(2), io);
await flushed();
// Not process.exitCode: an open keep-alive connection must not hold a finished command.
process.exit(code);
