/** Starts, stops, restarts and redeploys one machine or container group (pause, resume, remediation). */
import { type Begun, beginClassic, beginModular, poll as pollOperation } from '../azure/operations.ts';
import type { NodeStep } from '../domain/workflow.ts';
import type { NodeContext, NodeHandler } from './handler.ts';
import { armId, failedStep, read } from './resource.ts';

type Context = NodeContext<'power'>;
interface Token {
  operation?: string;
  /** The operation failed for a reason that passes. */
  resend?: true;
}

const id = ({ input, spec }: Context): string =>
  armId(
    input,
    spec.target === 'mixer' ? 'Microsoft.Compute/virtualMachines' : 'Microsoft.ContainerInstance/containerGroups',
    spec.name,
  );

/** Power as the instance view says it, in words both services share; undefined when the resource is absent. */
async function powerState({ input, spec, azure }: Context): Promise<string | undefined> {
  if (spec.target === 'container') {
    const group = await read(azure.containers.containerGroups.get(input.resourceGroup, spec.name));
    return group && (group.instanceView?.state ?? 'unknown').toLowerCase();
  }
  const view = await read(azure.compute.virtualMachines.instanceView(input.resourceGroup, spec.name));
  const code = view?.statuses?.find((status) => status.code?.startsWith('PowerState/'))?.code;
  return view && (code?.slice('PowerState/'.length) ?? 'unknown');
}

const wanted = ({ spec }: Context): string =>
  spec.action !== 'stop' ? 'running' : spec.target === 'mixer' ? 'deallocated' : 'stopped';

/** What is off can neither be restarted nor redeployed: Azure refuses both (`OperationNotAllowed`), and starting it is what helps. */
const OFF = ['deallocated', 'stopped'];
/** On its way to being off; what is sent meanwhile is refused. */
const GOING_OFF = ['deallocating', 'stopping'];

function send(context: Context, action: Context['spec']['action']): Promise<Begun> {
  const { input, spec, azure } = context;
  const group = input.resourceGroup;
  const machines = azure.compute.virtualMachines;
  const groups = azure.containers.containerGroups;
  if (spec.target === 'mixer')
    return beginModular('compute', id(context), () => {
      switch (action) {
        case 'start':
          return machines.start(group, spec.name);
        // Deallocated, not powered off: a stopped machine still costs.
        case 'stop':
          return machines.deallocate(group, spec.name);
        case 'restart':
          return machines.restart(group, spec.name);
        case 'redeploy':
          return machines.redeploy(group, spec.name);
      }
    });
  if (action === 'stop') return groups.stop(group, spec.name).then(() => ({ done: true, body: undefined }));
  return beginClassic([group, spec.name], id(context), () =>
    action === 'start' ? groups.beginStart(group, spec.name) : groups.beginRestart(group, spec.name),
  );
}

const running = (token: Token, afterSeconds?: number, detail?: string): NodeStep => ({
  step: 'running',
  token: JSON.stringify(token),
  ...(afterSeconds === undefined ? {} : { afterSeconds }),
  ...(detail === undefined ? {} : { detail }),
});

const absent = (context: Context): NodeStep => ({
  step: 'failed',
  failure: {
    class: 'conflict',
    code: 'ResourceNotFound',
    message: `Cannot ${context.spec.action} ${id(context)} as it does not exist`,
    resource: id(context),
    advice: 'recreate the component: stream-control remediate <event> <component>',
  },
});

async function judge(context: Context): Promise<NodeStep> {
  const now = await powerState(context);
  if (now === undefined) return absent(context);
  return now === wanted(context) ? { step: 'done' } : running({}, 5, now);
}

export const power: NodeHandler<'power'> = {
  async begin(context) {
    const now = await powerState(context);
    if (now === undefined) return absent(context);
    const { action } = context.spec;
    if ((action === 'start' || action === 'stop') && now === wanted(context)) return { step: 'done' };
    if (action !== 'stop' && GOING_OFF.includes(now)) return running({ resend: true }, 5, now);
    const begun = await send(context, action !== 'stop' && OFF.includes(now) ? 'start' : action);
    return begun.done ? await judge(context) : running({ operation: begun.token }, begun.afterSeconds);
  },
  async poll(context, sealed) {
    const { operation, resend } = JSON.parse(sealed) as Token;
    if (resend) return await power.begin(context);
    if (operation === undefined) return await judge(context);
    const seen = await pollOperation(context.azure, operation, id(context));
    switch (seen.state) {
      case 'running':
        return running({ operation: seen.token }, seen.afterSeconds);
      case 'failed': {
        const { failure, retryAfterSeconds } = seen.classified;
        return retryAfterSeconds === undefined
          ? { step: 'failed', failure }
          : running({ resend: true }, retryAfterSeconds, failure.code);
      }
      case 'unseen':
        return seen.classified.retryAfterSeconds === undefined ? await judge(context) : failedStep(seen.classified);
      case 'succeeded':
        return await judge(context);
    }
  },
};
