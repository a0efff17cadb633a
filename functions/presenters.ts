/** Where a relay takes which of its two presenters is on air, and telling it. */
import type { HttpClient } from '@azure/core-rest-pipeline';
import type { z } from 'zod';
import type { AzureClients } from '../azure/clients.ts';
import { askRelay, type Proven } from '../azure/control.ts';
import { unanswered } from '../azure/probe.ts';
import type { WantedPresenter } from '../contract/presenters.ts';
import { SOURCE_ROUTE, sourceAnswerSchema } from '../contract/relay-control.ts';
import { kindOf } from '../domain/kinds/index.ts';
import type { Part } from '../domain/kinds/kind.ts';
import { own } from '../domain/own.ts';
import type { SecretPlace } from '../domain/seam/node-spec.ts';
import type { DecodedStatus } from '../domain/status/decoded.ts';
import { stateOf } from '../durable/entity.ts';
import { type PresenterState, presenterEntity } from '../entities/presenter.ts';
import { readAt } from '../inspect/relay.ts';
import { ports } from '../ports/index.ts';

export interface Controlled {
  part: Part;
  control: { host: string; port: number; secret: SecretPlace };
}

/** The first component that takes two presenters, and where it is told which; undefined where there is none. */
export function controlledIn(parts: readonly Part[], { hosts }: Pick<DecodedStatus, 'hosts'>): Controlled | undefined {
  for (const part of parts) {
    const control = kindOf(part.rule).control?.(part);
    if (control) return { part, control: { ...control, host: own(hosts, part.id) ?? control.host } };
  }
  return undefined;
}

export type Switched = { ok: true; answer: z.output<typeof sourceAnswerSchema> } | { ok: false; reason: string };

/** Never throws. @param at when it was decided on, ms since 1970 */
export async function switchSource(
  transport: HttpClient,
  relay: Proven,
  active: WantedPresenter,
  at?: number,
): Promise<Switched> {
  const body = JSON.stringify({ active });
  try {
    const { status, bytes } = await askRelay(transport, relay, { method: 'POST', path: SOURCE_ROUTE, body }, at);
    if (status !== 200) return { ok: false, reason: `it answers HTTP ${status}` };
    const answer = sourceAnswerSchema.safeParse(JSON.parse(new TextDecoder().decode(bytes)));
    return answer.success ? { ok: true, answer: answer.data } : { ok: false, reason: 'its answer cannot be read' };
  } catch (error) {
    return { ok: false, reason: unanswered(error) };
  }
}

interface Reminding {
  durable: Parameters<typeof stateOf>[0];
  azure: AzureClients;
  deploymentId: string;
  vaults: Parameters<typeof readAt>[1];
}

/**
 * Tells a relay again whom people want on air, when it says that it knows otherwise: it was started anew, or did not hear.
 * @param health what it says of itself
 */
export async function remindOfSource(
  { durable, azure, deploymentId, vaults }: Reminding,
  { control }: Controlled,
  health: Record<string, unknown>,
): Promise<void> {
  const { wanted } = (health.presenters ?? {}) as { wanted?: unknown };
  if (wanted === undefined) return;
  const entity = presenterEntity(deploymentId);
  const known = await stateOf<PresenterState>(durable, entity);
  if (!known || known.active === wanted) return;
  const passphrase = await readAt(azure, vaults, control.secret);
  if (passphrase === undefined) return;
  // Whoever changes it from here on is later than this word, and stays: the relay takes no word that was decided on before its last.
  const at = ports().now();
  const still = await stateOf<PresenterState>(durable, entity);
  if (still && still.active !== wanted)
    await switchSource(azure.transport, { ...control, passphrase }, still.active, at);
}
