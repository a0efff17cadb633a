/** `GET /api/events/{event}/credentials`: the only door through which passphrases and passwords leave; every reading is in the event's journal. */
import { clients } from '../azure/clients.ts';
import { Vault } from '../azure/vault.ts';
import { instanceId, secretName } from '../domain/names.ts';
import { own } from '../domain/own.ts';
import { INBOX, type Message } from '../domain/workflow.ts';
import { eventNamed, knownLifecycle } from './command.ts';
import { type Door, door } from './door.ts';
import { Problem } from './problem.ts';
import { randomHex } from './random.ts';
import { decoded } from './views.ts';

export const credentialDoors: Door[] = [
  door({
    name: 'api-events-credentials',
    method: 'GET',
    route: 'api/events/{event}/credentials',
    access: 'operator',
    changes: true,
    summary: 'SRT addresses with passphrases, RDP passwords; the reading is recorded',
    answers: { 200: 'Secrets: keep them', 404: 'No such event', 409: 'Not made yet', 410: 'The event is gone' },
    async handle(call) {
      const event = eventNamed(call.param('event'));
      const lifecycle = await knownLifecycle(call, event);
      if (lifecycle.ended) throw new Problem(410, 'The event is gone, and its credentials with it');
      const { deploymentId, template } = lifecycle.input;
      const { hosts, addresses, machines } = decoded(lifecycle);
      const vault = new Vault(clients(call.settings.subscriptionId).secrets(call.settings.keyVaultUrl));
      const [programme, slides] = await Promise.all([
        vault.read(secretName.programme(deploymentId)),
        vault.read(secretName.slides(deploymentId)),
      ]);
      if (programme === undefined || slides === undefined)
        throw new Problem(409, 'The credentials are not made yet; ask again when provisioning has begun');
      const standing = machines.filter(({ removed }) => !removed);
      const which = ['programme', 'slides', ...standing.map(({ language }) => language)].join(', ');
      const text = `${which} read by ${call.who.name}`;
      call.audit(`credentials of ${deploymentId}: ${text}`);
      // Nothing is handed out before it is written down; who cannot be written down gets nothing.
      const note: Message = { type: 'note', deploymentId, id: randomHex(8), code: 'credentials', text };
      await call.durable.raiseEvent(instanceId.lifecycle(event), INBOX, note);
      const url = (host: string, port: number, passphrase: string) =>
        `srt://${host}:${port}?mode=caller&passphrase=${encodeURIComponent(passphrase)}`;
      const passwords = await Promise.all(
        standing.map(({ language }) => vault.read(secretName.windows(deploymentId, language))),
      );
      return {
        json: {
          event,
          deploymentId,
          srtUrl: url(hosts.relay, template.relay.ingestPort, programme),
          slidesUrl: url(hosts.slides, template.slides.ingestPort, slides),
          mixers: standing.map(({ language }, index) => ({
            language,
            host: own(addresses, language) ?? null,
            user: template.mixer.adminUsername,
            password: passwords[index] ?? null,
          })),
        },
      };
    },
  }),
];
