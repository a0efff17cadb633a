/** What a component says of itself on its health page, at the address that Azure gave it. */
import type { AzureClients } from '../azure/clients.ts';
import { type Probe, probe } from '../azure/probe.ts';
import { kindOf } from '../domain/kinds/index.ts';
import type { Part } from '../domain/kinds/kind.ts';
import { own } from '../domain/own.ts';
import type { DecodedStatus } from '../domain/status/decoded.ts';

const LEVELS = '?levels';

/** Never throws. @param levels whether how loud its sounds are is to be measured. @returns undefined for a component without such a page */
export async function healthOf(
  { transport }: Pick<AzureClients, 'transport'>,
  part: Part,
  { hosts }: Pick<DecodedStatus, 'hosts'>,
  levels = false,
): Promise<Probe | undefined> {
  const health = kindOf(part.rule).health(part);
  return (
    health && (await probe(transport, own(hosts, part.id) ?? '', health.port, `${health.path}${levels ? LEVELS : ''}`))
  );
}
