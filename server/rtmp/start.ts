/** Ingest and playback as programs: nginx, and what answers its questions. */
import { join } from 'node:path';
import type { IngestSettings, PlaybackSettings } from '../settings.ts';
import { type NginxOptions, nginxConfig } from './config.ts';
import { type Door, openDoor, pullProof } from './door.ts';
import { Nginx } from './nginx.ts';
import { addressOf, watchAddress } from './upstream.ts';

export interface Rtmp {
  health(): { ok: boolean; body: Record<string, unknown> };
  stop(): Promise<void>;
}

const shown = (role: string, nginx: Nginx, door: Door): ReturnType<Rtmp['health']> => ({
  ok: nginx.running,
  body: {
    ...{ role, status: nginx.running ? 'ok' : 'nginx does not run', ...door.counts() },
    restarts: nginx.restarts,
    ...(nginx.running || nginx.words === '' ? {} : { said: nginx.words }),
  },
});

export async function startIngest(settings: IngestSettings): Promise<Rtmp> {
  const door = await openDoor(settings, 'ingest', 'publishers');
  const options: NginxOptions = {
    ...{ module: settings.RTMP_MODULE, bind: settings.BIND, port: settings.RTMP_PORT, hooks: door.url },
  };
  const nginx = new Nginx(settings.NGINX, join(settings.WORK_DIR, 'nginx'), nginxConfig(options), door.allGone);
  return {
    health: () => shown('ingest', nginx, door),
    async stop() {
      await nginx.stop();
      door.stop();
    },
  };
}

/** @param node its name among its like */
export async function startPlayback(settings: PlaybackSettings, node: string): Promise<Rtmp> {
  const { INGEST_HOST, INGEST_PORT, ACCESS_SECRET } = settings;
  const door = await openDoor(settings, node, 'players');
  const config = (address: string) =>
    nginxConfig({
      ...{ module: settings.RTMP_MODULE, bind: settings.BIND, port: settings.RTMP_PORT, hooks: door.url },
      pull: { address, port: INGEST_PORT, proof: pullProof(ACCESS_SECRET) },
    });
  const first = await addressOf(INGEST_HOST);
  const nginx = new Nginx(settings.NGINX, join(settings.WORK_DIR, 'nginx'), config(first), door.allGone);
  const unwatch = watchAddress(INGEST_HOST, first, (address) => nginx.change(config(address)));
  return {
    health: () => shown('playback', nginx, door),
    async stop() {
      unwatch();
      await nginx.stop();
      door.stop();
    },
  };
}
