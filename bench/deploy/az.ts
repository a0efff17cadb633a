/**
 * Debian's `az` making the same resources one command after the other, against the simulator over TLS in a process of its
 * own. Only Azure's time is divided by the scale, what az itself needs is not: so the figure that compares with
 * stream-control is Azure's operations one after the other, and beside them the wall clock that az spent on its own. It is
 * the least az takes: how late it looks at an operation is divided by the scale as well.
 */
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { resourceGroupName, resourceName } from '../../domain/names.ts';
import type { Snapshot } from '../../local/azure/simulator.ts';
import { START } from '../../test/system/world.ts';
import type { Row } from '../main.ts';

const SCALE = 60;
const EVENT = 'bench';
const REGION = 'westeurope';
const ROOT = join(import.meta.dirname, '../..');
const IMAGE =
  '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/stream-control/providers/Microsoft.Compute/galleries/streamcontrol/images/mixer/versions/1.0.0';

/** Named as stream-control names them: the simulator draws durations by seed and name, so both get the same Azure. */
function commands(languages: string[]): string[] {
  const groupName = resourceGroupName(EVENT, START / 1000);
  const group = `-g ${groupName}`;
  const subnet = 'mixers';
  const container = (name: 'relay' | 'slides') =>
    `container create ${group} -n ${resourceName.containerGroup(name, EVENT, REGION)} --image nginx --os-type Linux --cpu 1 --memory 1.5 --dns-name-label azbench-${name} --ports 8080`;
  return [
    `group create -n ${groupName} -l ${REGION}`,
    `network nsg create ${group} -n ${resourceName.nsg('containers')}`,
    `network nsg create ${group} -n ${resourceName.nsg('mixers')}`,
    `network vnet create ${group} -n ${resourceName.vnet} --address-prefixes 10.42.0.0/16 --subnet-name ${subnet} --subnet-prefixes 10.42.2.0/24`,
    ...languages.map(
      (one) => `network public-ip create ${group} -n ${resourceName.publicIp(one, EVENT, 1)} --sku Standard`,
    ),
    ...languages.map(
      (one) =>
        `network nic create ${group} -n ${resourceName.nic(one, EVENT, 1)} --vnet-name ${resourceName.vnet} --subnet ${subnet} --network-security-group ${resourceName.nsg('mixers')} --public-ip-address ${resourceName.publicIp(one, EVENT, 1)}`,
    ),
    container('relay'),
    container('slides'),
    ...languages.map(
      (one) =>
        `vm create ${group} -n ${resourceName.machine(`mixer-${one}`, EVENT, 1)} --nics ${resourceName.nic(one, EVENT, 1)} --image ${IMAGE} --size Standard_D2s_v3 --admin-username operator --admin-password Canary-4711-pass`,
    ),
  ];
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject).listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });

/** Ends when the simulator says that it listens. */
const ready = (child: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    child.stdout?.on('data', (text) => String(text).includes('simulator ready') && resolve());
    child.once('exit', (code) => reject(new Error(`the simulator ended with ${code} before it was ready`)));
  });

const installed = (): boolean => {
  try {
    execFileSync('which', ['az']);
    return true;
  } catch {
    return false;
  }
};

/** What `az` takes up to the last machine made (no wait for a heartbeat), or the reason why that is not known. */
export async function azOneByOne(languages: string[], seed: string): Promise<Row> {
  const deployer = 'az, one after another';
  if (!installed()) return { deployer, skipped: 'azure-cli is not installed (apt-get install azure-cli)' };
  const folder = mkdtempSync(join(tmpdir(), 'bench-az-'));
  const port = await freePort();
  const flags = ['--port', port, '--data', folder, '--seed', seed, '--time-scale', SCALE, '--tls'].map(String);
  const simulator = spawn(process.execPath, [join(ROOT, 'dist/local/fleet/main.js'), ...flags], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    await ready(simulator);
    mkdirSync(join(folder, 'azure'));
    const versions = { 'azure-cli': { local: '2.45.0' }, core: { local: '2.45.0' }, telemetry: { local: '1.0.8' } };
    const seen = { versions, update_time: '2020-01-01 00:00:00.000000' };
    writeFileSync(join(folder, 'azure', 'versionCheck.json'), JSON.stringify(seen));
    const env = {
      PATH: process.env.PATH,
      HOME: folder,
      PYTHONDONTWRITEBYTECODE: '1',
      PYTHONPATH: [join(ROOT, 'test/conformance/az/python'), process.env.PYTHONPATH].filter(Boolean).join(delimiter),
      AZURE_CONFIG_DIR: join(folder, 'azure'),
      AZURE_CORE_COLLECT_TELEMETRY: 'false',
      AZURE_EXTENSION_USE_DYNAMIC_INSTALL: 'no',
      AZURE_LOGGING_ENABLE_LOG_FILE: 'no',
      REQUESTS_CA_BUNDLE: join(folder, 'tls', 'ca.pem'),
      HTTPS_PROXY: 'http://127.0.0.1:9',
      HTTP_PROXY: 'http://127.0.0.1:9',
      NO_PROXY: 'localhost,127.0.0.1',
    };
    // `times` of the shell ends with the user and system time of its children: the client's own CPU.
    const az = (command: string): Promise<number> =>
      new Promise((resolve, reject) => {
        const script = 'az "$@" >/dev/null || exit 1; times';
        execFile('bash', ['-c', script, 'az', ...command.split(' ')], { env }, (error, stdout, stderr) => {
          if (error) return reject(new Error(`az ${command}: ${stderr}`));
          const children = stdout.trim().split('\n').at(-1) ?? '';
          const parts = [...children.matchAll(/(\d+)m([\d.]+)s/g)];
          resolve(parts.reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds), 0));
        });
      });
    await az(`cloud register -n Simulator --endpoint-resource-manager https://localhost:${port}`);
    await az('cloud set -n Simulator');
    await az(
      'login --service-principal -u 33333333-3333-3333-3333-333333333333 -p secret --tenant 11111111-1111-1111-1111-111111111111',
    );
    let cpu = 0;
    const begun = performance.now();
    for (const command of commands(languages)) cpu += await az(command);
    const wall = (performance.now() - begun) / 1000;
    const azure = await azureSeconds(port, join(folder, 'tls', 'ca.pem'));
    return { deployer, languages: languages.length, seed, ...figures(wall, cpu, azure) };
  } finally {
    simulator.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Operation {
  kind: string;
  resourceId: string;
  startedAt: number;
  endsAt: number;
}

/** Seconds before the scale of every create operation one after the other, from the simulator's own account. */
function azureSeconds(port: number, ca: string): Promise<number> {
  return new Promise((resolve, reject) => {
    get(`https://localhost:${port}/_sim/snapshot`, { ca: readFileSync(ca) }, (answer) => {
      let text = '';
      answer.on('data', (part) => {
        text += part;
      });
      answer.on('end', () => {
        let seconds = 0;
        for (const [, value] of (JSON.parse(text) as Snapshot).state.operations ?? []) {
          const { kind, resourceId, startedAt, endsAt } = value as Operation;
          // `az vm create` wraps the machine in a template deployment, which lasts as long as what it makes.
          if (kind !== 'create' || /\/providers\/Microsoft\.Resources\/deployments\//i.test(resourceId)) continue;
          seconds += ((endsAt - startedAt) / 1000) * SCALE;
        }
        resolve(seconds);
      });
    }).on('error', reject);
  });
}

const figures = (wall: number, cpu: number, azure: number): Row => ({
  'machines made s': Math.round(azure + wall - azure / SCALE),
  'of which Azure s': Math.round(azure),
  'az CPU s': Math.round(cpu * 10) / 10,
  'wall s': Math.round(wall * 10) / 10,
});
