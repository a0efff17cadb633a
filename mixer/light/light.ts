import type { AddressInfo } from 'node:net';
import { HeartbeatLoop } from '../../contract/heartbeat-loop.ts';
import { PictureLoop } from '../../contract/picture-loop.ts';
import { PICTURE_WIDTH } from '../../contract/pictures.ts';
import { Preview } from '../../relay/preview.ts';
import { ManagedIdentity, proof } from '../agent/imds.ts';
import type { Log } from '../agent/log.ts';
import { fileSecrets, vaultSecrets } from '../agent/secrets.ts';
import { serve } from '../agent/server.ts';
import { Feeds } from './feeds.ts';
import { LightMixer, type LightStatus, type Parts } from './mixer.ts';
import { Pull } from './pull.ts';
import { Push } from './push.ts';
import type { LightSettings } from './settings.ts';

export interface Light {
  /** TCP port of its page. */
  readonly port: number;
  status(): LightStatus;
  /** Ends the stream, the call and the heartbeats. */
  stop(): Promise<void>;
}

/** SRT in, RTMP out. */
function realParts(settings: LightSettings, log: Log): Parts {
  const push = new Push(log, settings.STREAM_CA);
  const preview = new Preview(() => performance.now(), PICTURE_WIDTH);
  const feeds = new Feeds();
  const { SRT_PIPE, PROGRAMME_HOST, PROGRAMME_PORT, SRT_LATENCY_MS } = settings;
  return {
    push,
    picture: () => preview.jpeg(),
    pull(passphrase, streamId) {
      const isOn = feeds.next();
      return new Pull({
        ...{ srtPipe: SRT_PIPE, host: PROGRAMME_HOST, port: PROGRAMME_PORT, latencyMs: SRT_LATENCY_MS },
        ...{ passphrase, streamId, log },
        onUnit: (unit) => isOn(unit.key) && push.take(unit),
        onVideo: (part) => isOn(false) && preview.take(part),
      });
    },
  };
}

/** Begins a light mixer. @throws Error when its page's port is taken */
export async function startLight(
  settings: LightSettings,
  log: Log,
  parts: Parts = realParts(settings, log),
): Promise<Light> {
  const identity = new ManagedIdentity(settings.IMDS_URL, settings.IDENTITY_CLIENT_ID);
  const read = settings.SECRETS_FILE ? fileSecrets(settings.SECRETS_FILE) : vaultSecrets(settings.VAULT_URL, identity);
  const mixer = new LightMixer(settings, read, parts, log);
  const who = {
    controlPlaneUrl: settings.CONTROL_PLANE_URL,
    controlPlaneAudience: settings.CONTROL_PLANE_AUDIENCE,
    secrets: { agentToken: settings.SECRET_AGENT_TOKEN },
  };
  const url = settings.CONTROL_PLANE_URL;
  const token = () => proof(who, identity, read);
  const { DEPLOYMENT_ID: deploymentId, LANGUAGE: language, COMPONENT: component } = settings;
  const pictures = new PictureLoop({
    url,
    token,
    who: { deploymentId, language, component },
    take: async () => {
      const jpeg = await parts.picture();
      // Nothing is decoded here: how loud it is the relay knows, whose sound this is.
      return jpeg && { type: 'image/jpeg', picture: jpeg.toString('base64'), peakDb: null };
    },
    log,
  });
  const heartbeat = new HeartbeatLoop({
    url,
    intervalSeconds: settings.HEARTBEAT_SECONDS,
    token,
    report: () => mixer.status(),
    onReply: (reply, { restart, reread }) => {
      mixer.want(reply);
      pictures.want(reply.pictureSeconds);
      if (restart) {
        log('restart-asked', { id: reply.restartId });
        mixer.restart();
      }
      if (reread) {
        log('reread-asked', { id: reply.rereadId });
        mixer.rereadKey();
      }
    },
    onGone: () => mixer.want({ streaming: false }),
    log,
  });
  // Whoever restarts what answers 503 would only end a stream that comes back by itself: it is well as long as it answers.
  const server = await serve(
    settings.HEALTH_PORT,
    settings.BIND,
    () => mixer.status(),
    () => true,
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
