/** `GET /api/events/{event}/credentials`: the only door through which passphrases and passwords leave; every reading is in the event's journal. */
import { clients } from '../azure/clients.ts';
import { Vault } from '../azure/vault.ts';
import { credentialsSchema } from '../contract/api/credentials.ts';
import { languageHint } from '../domain/language-names.ts';
import { secretName } from '../domain/names.ts';
import { own } from '../domain/own.ts';
import type { MachineLayout } from '../domain/plan/layout.ts';
import { type CredentialsQuery, credentialsQuery } from '../domain/request/queries.ts';
import type { Lifecycle } from '../durable/deployments.ts';
import { eventNamed, knownLifecycle } from './command.ts';
import { type Call, type Door, door } from './door.ts';
import { writeDown } from './note.ts';
import { invalid, Problem } from './problem.ts';
import { decoded } from './views.ts';

/** Languages named one by one in the journal; more are counted. */
const NAMED = 8;

const notMade = () => new Problem(409, 'The credentials are not made yet; ask again when provisioning has begun');

const vaultOf = async ({ settings }: Call) =>
  new Vault((await clients(settings.subscriptionId)).secrets(settings.keyVaultUrl));

/** User and password of each machine. @throws Problem 409 before they are made */
async function mixers(call: Call, lifecycle: Lifecycle, machines: readonly MachineLayout[]) {
  const { deploymentId, template } = lifecycle.input;
  const { addresses } = decoded(lifecycle);
  const vault = await vaultOf(call);
  return await Promise.all(
    machines.map(async ({ language }) => ({
      language,
      host: own(addresses, language) ?? null,
      user: template.mixer.adminUsername,
      password: (await vault.read(secretName.windows(deploymentId, language))) ?? null,
    })),
  );
}

/** The addresses that presenters and mixers use, with their passphrases. @throws Problem 409 before they are made */
async function addressesOf(call: Call, lifecycle: Lifecycle) {
  const { deploymentId, template } = lifecycle.input;
  const { hosts } = decoded(lifecycle);
  const vault = await vaultOf(call);
  const [programme, slides] = await Promise.all([
    vault.read(secretName.programme(deploymentId)),
    vault.read(secretName.slides(deploymentId)),
  ]);
  if (programme === undefined || slides === undefined) throw notMade();
  const url = (host: string, port: number, passphrase: string) =>
    `srt://${host}:${port}?mode=caller&passphrase=${encodeURIComponent(passphrase)}`;
  return {
    srtUrl: url(hosts.relay, template.relay.ingestPort, programme),
    slidesUrl: url(hosts.slides, template.slides.ingestPort, slides),
  };
}

async function credentials(call: Call<unknown, CredentialsQuery>) {
  const lifecycle = await knownLifecycle(call, eventNamed(call.param('event')));
  if (lifecycle.over) throw new Problem(410, 'The event is gone, and its credentials with it');
  const { event, deploymentId } = lifecycle.input;
  const { language } = call.query;
  const standing = decoded(lifecycle).machines.filter(({ removed }) => !removed);
  const chosen = language === undefined ? standing : standing.filter((machine) => machine.language === language);
  const names = chosen.map((machine) => machine.language);
  if (chosen.length === 0) {
    const known = standing.map((machine) => machine.language);
    const message = `has no such language; there are ${known.join(', ')}${languageHint(language ?? '', known)}`;
    throw invalid([{ path: 'language', message }]);
  }
  // What is not asked for is not read either.
  const addresses = language === undefined ? await addressesOf(call, lifecycle) : {};
  const found = await mixers(call, lifecycle, chosen);
  if (language !== undefined && found[0]?.password === null) throw notMade();
  const which = names.length > NAMED ? [`${names.length} languages`] : names;
  const read = [...(language === undefined ? ['programme', 'slides'] : []), ...which].join(', ');
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
