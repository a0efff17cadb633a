/** Run Command: the action (v1) and the managed resource (v2). Microsoft Learn, "Run scripts in your Windows VM". */
import { refuse } from '../core/constraint.ts';
import { ArmError } from '../core/errors.ts';
import type { JsonObject } from '../core/json.ts';
import { child, children, isObject, text } from '../core/json.ts';
import type { Resource } from '../core/model.ts';
import type { Action, Put, ResourceType, Settled } from '../core/provider.ts';
import type { Sim } from '../core/sim.ts';
import { defaultView } from '../core/view.ts';
import { CONSTRAINTS as C } from './constraints.ts';
import { ACTION_LRO } from './lro.ts';
import { runScript, type ScriptResult } from './script.ts';
import { refuseBusy } from './vm-put.ts';
import { agentReady, isUp, stateOf } from './vm-state.ts';

/** A script takes at least about twenty seconds to come back; installing a package was recorded at 57 s. */
const DURATION = { median: 26, p95: 60 };
const MAX_OUTPUT = 4096;
const COMMANDS = [
  'RunPowerShellScript',
  'RunShellScript',
  'IPConfig',
  'ifconfig',
  'EnableRemotePS',
  'SetRDPPort',
  'RDPSettings',
  'ResetRDPCert',
  'EnableAdminAccount',
];

const lines = (body: JsonObject): string[] => (Array.isArray(body.script) ? body.script.map(String) : []);

function requireAgent(sim: Sim<'time'>, vm: Resource): void {
  if (!isUp(vm)) throw refuse(C.notRunning);
  if (!agentReady(sim, vm)) throw refuse(C.agentNotReady, { vm: vm.name });
}

const status = (code: string, displayStatus: string, message: string): JsonObject => ({
  code,
  level: 'Info',
  displayStatus,
  time: null,
  message,
});

/** Windows reports both streams as component statuses, Linux one text with markers. */
function output(vm: Resource, result: ScriptResult): JsonObject {
  const tail = (content: string) => content.slice(-MAX_OUTPUT);
  if (stateOf(vm).os === 'Linux') {
    const message = `Enable succeeded: \n[stdout]\n${tail(result.stdout)}\n[stderr]\n${tail(result.stderr)}`;
    return { value: [status('ProvisioningState/succeeded', 'Provisioning succeeded', message)] };
  }
  return {
    value: [
      status('ComponentStatus/StdOut/succeeded', 'Provisioning succeeded', tail(result.stdout)),
      status('ComponentStatus/StdErr/succeeded', 'Provisioning succeeded', tail(result.stderr)),
    ],
  };
}

export const runCommand: Action<'time' | 'resources' | 'operations'> = {
  run({ sim, resource: vm, body }) {
    const command = text(body, 'commandId');
    if (!COMMANDS.some((one) => one.toLowerCase() === command?.toLowerCase())) throw refuse(C.commandUnknown);
    if (sim.operations.running(vm.id).some((one) => one.action === 'runCommand')) throw refuse(C.runCommandBusy);
    refuseBusy(sim, vm, 'runCommand');
    requireAgent(sim, vm);
    const script = lines(body);
    // The result is computed when it is asked for; what the script does happens then too.
    const result = runScript(sim, vm, script.length > 0 ? script : [String(command)]);
    return { plan: { duration: DURATION, lro: ACTION_LRO, output: output(vm, result) } };
  },
};

function put({ sim, resource, parent }: Put<'time'>) {
  if (!parent)
    throw new ArmError(404, 'ParentResourceNotFound', 'Can not perform requested operation on nested resource.');
  requireAgent(sim, parent);
  delete resource.properties.protectedParameters;
  delete resource.properties.runAsPassword;
  resource.hidden.startedAt = sim.time.now();
  delete resource.hidden.result;
  return { duration: DURATION, state: 'Creating' };
}

function settled({ sim, operation, resource }: Settled<'time' | 'resources'>): void {
  if (!resource || (operation.kind !== 'create' && operation.kind !== 'update')) return;
  const vm = sim.resources.get(resource.id.split('/').slice(0, -2).join('/'));
  const source = child(resource.properties, 'source');
  const script = text(source, 'script')?.split(/\r?\n/) ?? [];
  const up = vm && isUp(vm);
  const result: ScriptResult = up
    ? runScript(sim, vm, script)
    : { stdout: '', stderr: 'The VM is not running.', exitCode: 1 };
  resource.hidden.result = { ...result, endedAt: sim.time.now() };
  // Success of the operation says nothing about the script, unless asked to.
  if (result.exitCode !== 0 && resource.properties.treatFailureAsDeploymentFailure === true)
    resource.properties.provisioningState = 'Failed';
  sim.resources.save(resource);
}

function instanceView(sim: Sim<'time'>, resource: Resource): JsonObject {
  const started = Number(resource.hidden.startedAt);
  const { result } = resource.hidden;
  if (!isObject(result))
    return { executionState: 'Running', startTime: sim.time.iso(started), output: '', error: '', exitCode: 0 };
  return {
    executionState: result.exitCode === 0 ? 'Succeeded' : 'Failed',
    executionMessage: '',
    exitCode: result.exitCode,
    output: String(result.stdout).slice(-MAX_OUTPUT),
    error: String(result.stderr).slice(-MAX_OUTPUT),
    startTime: sim.time.iso(started),
    endTime: sim.time.iso(Number(result.endedAt)),
  };
}

export const runCommands: Omit<ResourceType<'time' | 'resources'>, 'apiVersions'> = {
  type: 'virtualMachines/runCommands',
  tracked: false,
  needsLocation: true,
  put,
  delete: () => ({ duration: { median: 4, p95: 8 }, lro: ACTION_LRO }),
  settled,
  view(resource, sim, { expand }) {
    const properties: JsonObject = { ...resource.properties };
    properties.parameters = children(resource.properties, 'parameters');
    if (expand?.toLowerCase() === 'instanceview') properties.instanceView = instanceView(sim, resource);
    return { ...defaultView(resource), properties };
  },
};
