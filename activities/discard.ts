/**
 * Removes one component and all that hangs on it. Each look finds the first thing that is still there and sends its
 * deletion, so it may be begun, killed and repeated at any point; its token only remembers when things were gone.
 */
import { AzureFailure } from '../azure/errors.ts';
import { mayOnlyLook } from '../azure/looking.ts';
import { Vault } from '../azure/vault.ts';
import { isTaggedOurs, tagOf } from '../domain/ownership.ts';
import type { NodeFacts, NodeStep } from '../domain/seam/node.ts';
import { agentEntity } from '../entities/agent.ts';
import { ports } from '../ports/index.ts';
import type { NodeContext, NodeHandler } from './handler.ts';
import { activitiesOf } from './kinds/index.ts';
import type { ComponentPart, Found } from './kinds/kind.ts';

type Context = NodeContext<'discard'>;

const parts = (context: Context): ComponentPart[] => activitiesOf(context.spec.of).parts(context);

/** Another operation runs on it, or something still holds it: that passes. @throws every other failure */
function stillInUse(error: unknown): NodeStep {
  if (!(error instanceof AzureFailure) || error.classified.failure.class !== 'conflict') throw error;
  const { failure, retryAfterSeconds = 10 } = error.classified;
  return { step: 'again', afterSeconds: retryAfterSeconds, failure };
}

/** Azure makes the disk; where a machine is gone and nobody has marked its disk, the name says whose it was. */
const isOurs = ({ untagged }: ComponentPart, { tags }: Found, deploymentId: string): boolean =>
  isTaggedOurs(tags, deploymentId) || (untagged === true && Object.keys(tags ?? {}).length === 0);

/** All parts are looked at before any is deleted: Azure takes what hangs on a machine along with it. */
function foreign(all: readonly { part: ComponentPart; found: Found }[], context: Context): NodeStep | undefined {
  const { input } = context;
  const fail = (id: string, why: string): NodeStep => ({
    step: 'failed',
    failure: {
      class: 'foreign',
      code: 'ForeignResource',
      message: `Cannot delete ${id} as ${why}`,
      resource: id,
      advice: 'restore its tag `deployment` if it is the event’s; otherwise it stays, and what it uses with it',
    },
  });
  const ids = new Set(parts(context).map(({ id }) => id.toLowerCase()));
  for (const { part, found } of all) {
    if (!isOurs(part, found, input.deploymentId))
      return fail(part.id, `its tags name another deployment (${tagOf(found.tags, 'deployment') ?? 'none'})`);
    const other = found.along?.find((id) => id !== undefined && !ids.has(id.toLowerCase()));
    if (other !== undefined) return fail(part.id, `Azure would delete ${other} with it, which is not ours`);
  }
  return undefined;
}

/** What a look remembers for the next, for the ledger; ms since the epoch. */
interface Seen {
  /** What the latest look found, and when. */
  there?: string;
  at?: number;
  /** When things were gone. */
  gone: Record<string, number>;
  /** Since when the first of them was off, before it was deleted. */
  offAt?: number;
}

/** The rest is left to who ends the event. */
const untouched = (facts: NodeFacts): NodeStep => ({ step: 'stopped', reason: 'it may only look', facts });

async function advance(context: Context, { there, at, gone: before, offAt: known }: Seen): Promise<NodeStep> {
  const { input, spec, azure } = context;
  const gone = { ...before };
  const now = ports().now();
  const looked = await Promise.all(parts(context).map(async (part) => ({ part, found: await part.look() })));
  const refused = foreign(
    looked.flatMap(({ part, found }) => (found ? [{ part, found }] : [])),
    context,
  );
  if (refused) return refused;
  const offAt = known ?? looked[0]?.found?.offAt;
  const off = offAt === undefined ? {} : { offAt };
  const facts = (): NodeFacts => ({ ...gone, ...off });
  for (const { part, found } of looked) {
    if (found === undefined) {
      const main = gone[looked[0]?.part.name ?? ''];
      // It went between two looks, or along with what came first.
      if (part.name === there) gone[part.name] ??= ((at ?? now) + now) / 2;
      else if (main !== undefined) gone[part.name] ??= main;
      continue;
    }
    if ((found.provisioningState ?? 'Succeeded').toLowerCase() !== 'deleting') {
      if (mayOnlyLook()) return untouched(facts());
      const busy = await part.remove().then(() => undefined, stillInUse);
      if (busy) return busy;
    }
    const token: Seen = { there: part.name, at: now, gone, ...off };
    return { step: 'running', token: JSON.stringify(token), afterSeconds: 5, detail: `removing ${part.name}` };
  }
  if (mayOnlyLook()) return untouched(facts());
  const { deploymentId, installation } = input;
  const vaults = {
    control: new Vault(azure.secrets(installation.keyVaultUrl)),
    mixers: new Vault(azure.secrets(installation.mixerVaultUrl)),
  };
  for (const { vault, secret } of spec.secrets) await vaults[vault].deleteOurs(secret, deploymentId);
  if (spec.forget)
    await context.durable.signalEntity(agentEntity(deploymentId, spec.component), 'forget', deploymentId);
  return { step: 'done', facts: facts() };
}

export const discard: NodeHandler<'discard'> = {
  begin: (context) => advance(context, { gone: {} }),
  poll: (context, token) => advance(context, JSON.parse(token) as Seen),
};
