/** `GET /api/events/{event}/credentials`: the only door through which passphrases and passwords leave; every reading is in the event's journal. */

import { clients } from '../azure/clients.ts';
import { Vault } from '../azure/vault.ts';
import { credentialsSchema } from '../contract/api/credentials.ts';
import { kindOf } from '../domain/kinds/index.ts';
import type { Part } from '../domain/kinds/kind.ts';
import { languageHint } from '../domain/language-names.ts';
import { secretName } from '../domain/names.ts';
import { own } from '../domain/own.ts';
import { fill, referencesIn } from '../domain/references.ts';
import { type CredentialsQuery, credentialsQuery } from '../domain/request/queries.ts';
import type { Lifecycle } from '../durable/deployments.ts';
import { eventNamed, knownLifecycle } from './command.ts';
import { type Call, type Door, door } from './door.ts';
import { writeDown } from './note.ts';
import { languageOf, mixersIn, partsIn } from './parts.ts';
import { invalid, Problem } from './problem.ts';
import { decoded } from './views.ts';

/** Languages named one by one in the journal; more are counted. */
const NAMED = 8;

const notMade = () => new Problem(409, 'The credentials are not made yet; ask again when provisioning has begun');

const vaultOf = async ({ settings }: Call) =>
  new Vault((await clients(settings.subscriptionId)).secrets(settings.keyVaultUrl));

/** User and password of each component that people log in to. @throws Problem 409 before they are made */
async function entrances(call: Call, lifecycle: Lifecycle, parts: readonly Part[]) {
  const { addresses } = decoded(lifecycle);
  const vault = await vaultOf(call);
  return await Promise.all(
    parts.flatMap((part) => {
      const entrance = kindOf(part.rule).entrance?.(part, own(addresses, part.id));
      if (!entrance) return [];
      const { host, user, password } = entrance;
      const each = part.member.each === undefined ? { component: part.id } : { language: part.member.each };
      return [vault.read(password).then((read) => ({ ...each, host, user, password: read ?? null }))];
    }),
  );
}

const SECRET = 'secrets.';
/** Names of the template's secrets that the addresses of some components hold. */
const secretsIn = (parts: readonly Part[]): string[] => [
  ...new Set(
    parts.flatMap(({ rule }) =>
      referencesIn(rule.credentials).flatMap(([, reference]) =>
        reference.startsWith(SECRET) ? [reference.slice(SECRET.length)] : [],
      ),
    ),
  ),
];

/** The addresses that presenters use, with their passphrases, by the names the template gives them. @throws Problem 409 before they are made */
async function addressesOf(call: Call, { input, status }: Lifecycle, parts: readonly Part[]) {
  const { deploymentId, template } = input;
  const { hosts } = decoded({ input, status });
  const { settings } = call;
  const azure = await clients(settings.subscriptionId);
  const vaults = {
    control: new Vault(azure.secrets(settings.keyVaultUrl)),
    mixers: new Vault(azure.secrets(settings.mixerVaultUrl)),
  };
  const values = new Map<string, string>();
  for (const name of secretsIn(parts)) {
    const value = await vaults[template.secrets[name]?.vault ?? 'control'].read(secretName.of(deploymentId, name));
    if (value === undefined) throw notMade();
    values.set(name, encodeURIComponent(value));
  }
  const addresses: Record<string, string> = {};
  for (const part of parts)
    for (const [name, text] of Object.entries(part.rule.credentials))
      addresses[name] = String(
        fill(text, (reference) => {
          if (reference.startsWith(SECRET)) return values.get(reference.slice(SECRET.length));
          return (reference === 'self.host' ? own(hosts, part.id) : undefined) ?? part.scope(reference);
        }),
      );
  return addresses;
}

async function credentials(call: Call<unknown, CredentialsQuery>) {
  const lifecycle = await knownLifecycle(call, eventNamed(call.param('event')));
  if (lifecycle.over) throw new Problem(410, 'The event is gone, and its credentials with it');
  const { event, deploymentId } = lifecycle.input;
  const { language } = call.query;
  const standing = partsIn(lifecycle);
  const known = mixersIn(lifecycle).map(languageOf);
  if (language !== undefined && !known.includes(language)) {
    const there = known.length > 0 ? `there are ${known.join(', ')}` : 'the event has none';
    throw invalid([{ path: 'language', message: `has no such language; ${there}${languageHint(language, known)}` }]);
  }
  const chosen = language === undefined ? standing : standing.filter(({ member }) => member.each === language);
  // What is not asked for is not read either.
  const single = language === undefined ? standing.filter(({ member }) => member.each === undefined) : [];
  const addresses = await addressesOf(call, lifecycle, single);
  const found = await entrances(call, lifecycle, chosen);
  if (language !== undefined && found[0]?.password === null) throw notMade();
  const names = language === undefined ? known : [language];
  const which = names.length > NAMED ? [`${names.length} languages`] : names;
  const read = [...secretsIn(single), ...which].join(', ');
  // Nothing is handed out before it is written down; who cannot be written down gets nothing.
  await writeDown(call, lifecycle, 'credentials', `${read} read by ${call.who.name}`);
  return { event, deploymentId, ...addresses, mixers: found };
}

export const credentialDoors: Door[] = [
  door({
    name: 'api-events-credentials',
    method: 'GET',
    route: 'api/events/{event}/credentials',
    access: 'operator',
    changes: true,
    summary: 'SRT addresses with passphrases, RDP passwords, or one mixer’s; the reading is recorded',
    query: credentialsQuery,
    bodies: { 200: credentialsSchema },
    answers: { 200: 'Secrets: keep them', 404: 'No such event', 409: 'Not made yet', 410: 'The event is gone' },
    handle: async (call) => ({ json: await credentials(call) }),
  }),
];
