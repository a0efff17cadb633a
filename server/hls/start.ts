/** HLS as a program. */
import { createServer } from 'node:http';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { listening } from '../http.ts';
import { APPLICATION } from '../rtmp/config.ts';
import { pullProof } from '../rtmp/door.ts';
import type { Rtmp } from '../rtmp/start.ts';
import type { HlsSettings } from '../settings.ts';
import { followLive } from './live.ts';
import { hlsPage } from './page.ts';

/** @param node its name among its like */
export async function startHls(settings: HlsSettings, node: string): Promise<Rtmp> {
  const { INGEST_HOST, INGEST_PORT, ACCESS_SECRET, FFMPEG: ffmpeg, FFPROBE: ffprobe } = settings;
  const folder = join(settings.WORK_DIR, 'hls');
  // What an earlier start left is old.
  rmSync(folder, { recursive: true, force: true });
  const proof = ['-rtmp_pageurl', pullProof(ACCESS_SECRET), '-rtmp_live', 'live', '-rw_timeout', '10000000'];
  const inputOf = (path: string) => [...proof, '-i', `rtmp://${INGEST_HOST}:${INGEST_PORT}/${APPLICATION}/${path}`];
  const live = followLive(settings, folder, { ffmpeg, ffprobe }, inputOf);
  const server = await listening(createServer(hlsPage(settings, node, folder, live)), settings.HLS_PORT, settings.BIND);
  return {
    health() {
      const all = live.all();
      const refused = all.flatMap(([path, { refusal }]) => (refusal === undefined ? [] : [{ path, reason: refusal }]));
      const restarts = all.reduce((sum, [, follower]) => sum + follower.restarts, 0);
      return { ok: true, body: { role: 'hls', status: 'ok', paths: all.length - refused.length, refused, restarts } };
    },
    async stop() {
      server.close();
      await live.stop();
    },
  };
}
