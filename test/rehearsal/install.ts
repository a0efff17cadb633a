/** Two ways to deploy a template: the real `az` over TLS, and the same requests without it, which takes a second instead of twenty. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { issueToken } from '../../local/azure/login/token.ts';
import type { Snapshot } from '../../local/azure/simulator.ts';
import { RealClock, VirtualClock } from '../../local/clock.ts';
import { createSimulator } from '../../local/fleet/simulator.ts';
import { signedIn } from '../conformance/az/az.ts';
import { ask, callerOf, Ledger, OWNER, prepare, SUBSCRIPTION, unusual } from './azure.ts';
import type { Compiled, Json } from './template.ts';

/** The service principal that `az` signs in as. */
const CLIENT = '33333333-3333-3333-3333-333333333333';
const INSTALLER = { clientId: CLIENT, objectId: '99999999-9999-4999-8999-999999999999' };
const NAME = 'stream-control';

export interface Installed {
  outputs: Record<string, { value: unknown }>;
  /** The subscription with the installation in it. */
  snapshot: Snapshot;
  /** ms since the epoch at which that was. */
  at: number;
}
export type Install = (compiled: Compiled, say: (line: string) => void) => Promise<Installed>;

const state = (deployment: Json) =>
  deployment.properties as { provisioningState: string; outputs?: Installed['outputs']; error?: unknown };
const path = `${SUBSCRIPTION}/providers/Microsoft.Resources/deployments/${NAME}?api-version=2021-04-01`;

export const withoutAz: Install = async (compiled) => {
  const clock = new VirtualClock(new RealClock().now());
  const simulator = createSimulator({ clock, ...unusual(new Ledger()) });
  try {
    await prepare(simulator, INSTALLER.objectId);
    const token = issueToken(simulator.kernel, INSTALLER, 'https://management.azure.com');
    const { template, parameters } = compiled;
    const location = 'westeurope';
    await ask(simulator, token, 'PUT', path, { location, properties: { mode: 'Incremental', template, parameters } });
    for (;;) {
      const { provisioningState, outputs, error } = state((await ask(simulator, OWNER, 'GET', path)).body);
      if (provisioningState === 'Failed') throw new Error(`The template is not deployed: ${JSON.stringify(error)}`);
      if (provisioningState === 'Succeeded')
        return { outputs: outputs ?? {}, snapshot: simulator.snapshot({ secrets: true }), at: clock.now() };
      await clock.drive(() => false, clock.now() + 10_000);
    }
  } finally {
    await simulator.stop();
  }
};

export const withAz: Install = async (compiled, say) => {
  const files = mkdtempSync(join(tmpdir(), 'rehearsal-'));
  const az = await signedIn('latest', { ...unusual(new Ledger()), timeScale: 600 });
  try {
    const { kernel } = az.simulator;
    const token = issueToken(kernel, { clientId: CLIENT }, '');
    await prepare(az.simulator, callerOf(token).objectId);
    const file = (name: string, content: unknown) => {
      writeFileSync(join(files, name), JSON.stringify(content));
      return join(files, name);
    };
    const words = (command: string) => [
      ...['deployment', 'sub', command, '--location', 'westeurope', '--name', NAME],
      ...['--template-file', file('main.json', compiled.template)],
      ...['--parameters', `@${file('parameters.json', { parameters: compiled.parameters })}`],
    ];
    const run = async (command: string, ...more: string[]) => {
      const { code, stderr, json } = await az([...words(command), ...more]);
      if (code !== 0) throw new Error(`az deployment sub ${command} fails (${code}): ${stderr.slice(0, 4_000)}`);
      return json as Json;
    };
    const created = state(await run('create'));
    say(`az deployment sub create: ${created.provisioningState}`);
    return {
      outputs: created.outputs ?? {},
      snapshot: az.simulator.snapshot({ secrets: true }),
      at: kernel.time.now(),
    };
  } finally {
    await az.close();
    rmSync(files, { recursive: true, force: true });
  }
};
