import { Console } from 'node:console';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { RealClock } from '../clock.ts';
import { plainStream } from '../plain-lines.ts';
import { readJsonFile } from '../read-json.ts';
import { faultPlan } from './core/fault-plan.ts';
import { tlsIdentity } from './login/certificate.ts';
import type { createSimulator } from './simulator.ts';

const FLAGS =
  '--port P [--data D] [--seed S] [--time-scale T] [--faults FILE] [--snapshot FILE] [--subscription ID] [--tls]';

/** How this simulator is started, and where its state is unless a flag says so. */
export interface Command {
  usage: string;
  dataDir: string;
}

const snapshotFile = z.object({
  version: z.literal(1),
  takenAt: z.string(),
  state: z.record(z.string(), z.array(z.tuple([z.string(), z.unknown()]))),
});

/** Flags over environment over defaults. @throws Error that says what to change */
function settings(argv: string[], env: NodeJS.ProcessEnv, dataDir: string) {
  const { values } = parseArgs({
    args: argv,
    options: {
      port: { type: 'string' },
      data: { type: 'string' },
      seed: { type: 'string' },
      'time-scale': { type: 'string' },
      faults: { type: 'string' },
      snapshot: { type: 'string' },
      subscription: { type: 'string' },
      tls: { type: 'boolean', default: false },
    },
  });
  const number = (name: string, text: string, valid: (value: number) => boolean): number => {
    const value = Number(text);
    if (text.trim() !== '' && valid(value)) return value;
    throw new Error(`Cannot use --${name} '${text}': give a number in its range`);
  };
  return {
    port: number(
      'port',
      values.port ?? env.SIM_PORT ?? '7072',
      (one) => Number.isInteger(one) && one >= 0 && one < 65536,
    ),
    dataDir: values.data ?? dataDir,
    seed: values.seed ?? env.SIM_SEED,
    timeScale: number('time-scale', values['time-scale'] ?? env.SIM_TIME_SCALE ?? '60', (one) => one > 0),
    faults:
      values.faults === undefined
        ? undefined
        : readJsonFile(values.faults, faultPlan, 'Correct the fault plan (docs/guide/simulator.md)', 'by-hand'),
    snapshot:
      values.snapshot === undefined
        ? undefined
        : readJsonFile(values.snapshot, snapshotFile, 'Take a new one with GET /_sim/snapshot'),
    subscriptionId: values.subscription,
    tls: values.tls,
  };
}

async function run(create: typeof createSimulator, { dataDir }: Command): Promise<void> {
  globalThis.console = new Console({ stdout: process.stdout, stderr: plainStream(process.stderr) });
  const { port, tls, subscriptionId, snapshot, ...options } = settings(process.argv.slice(2), process.env, dataDir);
  const clock = new RealClock();
  const simulator = create({
    clock,
    ...options,
    seed: options.seed ?? '1',
    ...(snapshot === undefined ? {} : { snapshot }),
    ...(subscriptionId === undefined ? {} : { subscriptionId }),
  });
  const identity = tls ? await tlsIdentity(options.dataDir, clock.now()) : undefined;
  const listening = await simulator.listen(port, identity ? { tls: identity } : {});
  console.log(`simulator ready on ${listening.url}`);
  const stop = () => {
    simulator.stop().then(() => process.exit(0));
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

/** The simulator as a process: reads flags and environment, says where it listens, ends on SIGINT and SIGTERM. */
export function runSimulator(create: typeof createSimulator, command: Command): void {
  run(create, command).catch((error: unknown) => {
    const { code, message } = error as NodeJS.ErrnoException;
    console.error(
      code === 'EADDRINUSE'
        ? `Cannot listen: ${message}; choose another --port`
        : `${message}\nUsage: ${command.usage} ${FLAGS}`,
    );
    process.exit(1);
  });
}
