import { Console } from 'node:console';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { RealClock } from '../clock.ts';
import { plainStream } from '../plain-lines.ts';
import { readJsonFile } from '../read-json.ts';
import { faultPlan } from './core/fault-plan.ts';
import { tlsIdentity } from './login/certificate.ts';
import { createSimulator } from './simulator.ts';

const USAGE =
  'npm run simulator -- --port P [--data D] [--seed S] [--time-scale T] [--faults FILE] [--snapshot FILE] [--subscription ID] [--tls]';

const snapshotFile = z.object({
  version: z.literal(1),
  takenAt: z.string(),
  state: z.record(z.string(), z.array(z.tuple([z.string(), z.unknown()]))),
});

/** Flags over environment over defaults. @throws Error that says what to change */
function settings(argv: string[], env: NodeJS.ProcessEnv) {
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
    dataDir: values.data ?? env.STREAM_CONTROL_DATA ?? '.stream-control',
    seed: values.seed ?? env.SIM_SEED,
    timeScale: number('time-scale', values['time-scale'] ?? env.SIM_TIME_SCALE ?? '60', (one) => one > 0),
    faults:
      values.faults === undefined
        ? undefined
        : readJsonFile(values.faults, faultPlan, 'Correct the fault plan (docs/simulator.md)', 'by-hand'),
    snapshot:
      values.snapshot === undefined
        ? undefined
        : readJsonFile(values.snapshot, snapshotFile, 'Take a new one with GET /_sim/snapshot'),
    subscriptionId: values.subscription,
    tls: values.tls,
  };
}

async function main(): Promise<void> {
  globalThis.console = new Console({ stdout: process.stdout, stderr: plainStream(process.stderr) });
  const { port, tls, subscriptionId, snapshot, ...options } = settings(process.argv.slice(2), process.env);
  const clock = new RealClock();
  const simulator = createSimulator({
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

main().catch((error: unknown) => {
  const { code, message } = error as NodeJS.ErrnoException;
  console.error(
    code === 'EADDRINUSE' ? `Cannot listen: ${message}; choose another --port` : `${message}\nUsage: ${USAGE}`,
  );
  process.exit(1);
});
