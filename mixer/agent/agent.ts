import type { AddressInfo } from 'node:net';
import type { Orders, Reply } from '../../contract/agent.ts';
import { HeartbeatLoop } from '../../contract/heartbeat-loop.ts';
import { PictureLoop } from '../../contract/picture-loop.ts';
import { userDataSchema } from '../../contract/user-data.ts';
import { ManagedIdentity, proof, readUserData } from './imds.ts';
import type { Log } from './log.ts';
import { Mixer } from './mixer.ts';
import { fileSecrets, vaultSecrets } from './secrets.ts';
import { serve } from './server.ts';
import { checked, type LocalSettings } from './settings.ts';
import type { Status } from './status.ts';

export interface Agent {
  /** TCP port of the loopback page. */
  readonly port: number;
  status(): Status;
  /** Ends the stream, OBS and the heartbeats. */
  stop(): Promise<void>;
}

/**
 * Learns what this machine is to be, and makes it so until {@link Agent.stop}.
 * @throws Error when the machine's userData cannot be used or the health port is taken
 */
export async function startAgent(local: LocalSettings, log: Log, signal: AbortSignal): Promise<Agent> {
  const raw = local.userData ?? (await readUserData(local.imdsUrl, signal));
  const data = checked(userDataSchema, raw, 'the userData of this machine');
  const identity = new ManagedIdentity(local.imdsUrl, data.identityClientId);
  const read = local.secretsFile ? fileSecrets(local.secretsFile) : vaultSecrets(data.vaultUrl, identity);
  const mixer = new Mixer(data, local, read, log);
  const token = () => proof(data, identity, read);
  const { controlPlaneUrl: url, deploymentId, language, component } = data;
  const pictures = new PictureLoop({
    url,
    token,
    who: { deploymentId, language, component },
    take: () => mixer.picture(),
    ended: () => mixer.unwatched(),
    log,
  });
  const obey = follow(mixer, log);
  const heartbeat = new HeartbeatLoop({
    url,
    intervalSeconds: data.heartbeatSeconds,
    token,
    report: () => mixer.status(),
    onReply: (reply, orders) => {
      obey(reply, orders);
      pictures.want(reply.pictureSeconds);
    },
    onGone: () => mixer.want({ streaming: false }),
    log,
  });
  const server = await serve(
    local.healthPort,
    '127.0.0.1',
    () => mixer.status(),
    ({ problems, obs }) => problems.length === 0 && obs.running,
  );
  mixer.start();
  heartbeat.start();
  return {
    port: (server.address() as AddressInfo).port,
    status: () => mixer.status(),
    async stop() {
      heartbeat.stop();
      pictures.stop();
      server.close();
      server.closeAllConnections();
      await mixer.stop();
    },
  };
}

/** Acts on replies. */
const follow =
  (mixer: Mixer, log: Log) =>
  (reply: Reply, { restart, reread }: Orders): void => {
    mixer.want(reply);
    if (restart) {
      log('restart-asked', { id: reply.restartId });
      void mixer.restartObs();
    }
    if (reread) {
      log('reread-asked', { id: reply.rereadId });
      mixer.rereadKey();
    }
  };
