/** Debian's `az` against the simulator over TLS, with nothing of it able to leave this machine. */
import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tlsIdentity } from '../../../local/azure/login/certificate.ts';
import type { Simulator } from '../../../local/azure/simulator.ts';
import { RealClock } from '../../../local/clock.ts';
import { createSimulator, type FleetOptions } from '../../../local/fleet/simulator.ts';

export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
  /** stdout as JSON; undefined when it is none. */
  json: unknown;
}

export interface Az {
  /** Runs `az` with these words; `-o json` is the default output. */
  (command: string | readonly string[]): Promise<Outcome>;
  simulator: Simulator;
  url: string;
  folder: string;
  close(): Promise<void>;
}

/** The installed version, or undefined. CI installs it (.ci/packages), so there its absence is a failure, not a reason to skip. */
export const azVersion = ((): string | undefined => {
  try {
    const text = execFileSync('az', ['version', '-o', 'json'], { encoding: 'utf8', env: environment('/nonexistent') });
    return (JSON.parse(text) as Record<string, string>)['azure-cli'];
  } catch {
    return undefined;
  }
})();
export const skipReason =
  azVersion === undefined && !process.env.CI ? 'azure-cli is not installed (apt-get install azure-cli)' : undefined;

function environment(folder: string): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    HOME: folder,
    PYTHONDONTWRITEBYTECODE: '1',
    AZURE_CONFIG_DIR: join(folder, 'azure'),
    AZURE_CORE_COLLECT_TELEMETRY: 'false',
    AZURE_EXTENSION_USE_DYNAMIC_INSTALL: 'no',
    AZURE_CORE_NO_COLOR: 'true',
    AZURE_LOGGING_ENABLE_LOG_FILE: 'no',
    // A proxy that nobody listens on: what is not loopback fails at once.
    HTTPS_PROXY: 'http://127.0.0.1:9',
    HTTP_PROXY: 'http://127.0.0.1:9',
    NO_PROXY: 'localhost,127.0.0.1',
  };
}

/** Keeps the first command from asking for newer versions. */
const NO_VERSION_CHECK = {
  versions: { 'azure-cli': { local: '2.45.0' }, core: { local: '2.45.0' }, telemetry: { local: '1.0.8' } },
  update_time: '2020-01-01 00:00:00.000000',
};

/**
 * Starts a simulator with TLS on a free port and signs `az` in.
 * @param option `latest` runs today's profile with our `sitecustomize.py`; `hybrid` runs the untouched package in profile 2020-09-01-hybrid
 */
export async function signedIn(option: 'latest' | 'hybrid', options: Partial<FleetOptions> = {}): Promise<Az> {
  const folder = mkdtempSync(join(tmpdir(), 'az-'));
  const clock = new RealClock();
  const simulator = createSimulator({ clock, seed: 11, timeScale: 1200, ...options });
  const tls = await tlsIdentity(folder, clock.now());
  const { port } = await simulator.listen(0, { tls });
  const url = `https://localhost:${port}`;
  mkdirSync(join(folder, 'azure'), { recursive: true });
  writeFileSync(join(folder, 'azure', 'versionCheck.json'), JSON.stringify(NO_VERSION_CHECK));
  const python = fileURLToPath(new URL('./python', import.meta.url));
  const env: NodeJS.ProcessEnv = { ...environment(folder), REQUESTS_CA_BUNDLE: tls.caPath };
  if (option === 'latest') env.PYTHONPATH = [python, process.env.PYTHONPATH].filter(Boolean).join(delimiter);
  const run = (command: string | readonly string[]): Promise<Outcome> => {
    const words = typeof command === 'string' ? command.split(/\s+/).filter(Boolean) : [...command];
    const output = words.includes('-o') ? [] : ['-o', 'json'];
    return new Promise((resolve) => {
      execFile('az', [...words, ...output], { env, maxBuffer: 64 * 2 ** 20 }, (error, stdout, stderr) => {
        const code = error ? (typeof error.code === 'number' ? error.code : 1) : 0;
        resolve({ code, stdout, stderr, json: parse(stdout) });
      });
    });
  };
  const az: Az = Object.assign(run, {
    simulator,
    url,
    folder,
    async close() {
      await simulator.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  });
  const register = await az(`cloud register -n Simulator --endpoint-resource-manager ${url}`);
  const profile = option === 'hybrid' ? ' --profile 2020-09-01-hybrid' : '';
  const set = register.code === 0 ? await az(`cloud set -n Simulator${profile}`) : register;
  const login =
    set.code === 0
      ? await az(
          'login --service-principal -u 33333333-3333-3333-3333-333333333333 -p secret --tenant 11111111-1111-1111-1111-111111111111',
        )
      : set;
  if (login.code !== 0) {
    await az.close();
    throw new Error(`az could not sign in: ${login.stderr}`);
  }
  return az;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
