/** Entry of the relay image for the programs of a stream server, by the setting ROLE: access, ingest, playback or hls. */
import { createServer } from 'node:http';
import { hostname } from 'node:os';
import { startAccess } from './auth/start.ts';
import { startHls } from './hls/start.ts';
import { answerAll, json, listening } from './http.ts';
import { METRICS_TYPE, metricsOf } from './metrics.ts';
import { type Rtmp, startIngest, startPlayback } from './rtmp/start.ts';
import { readSettings, type Settings } from './settings.ts';

const log = (event: string, fields: Record<string, unknown> = {}) =>
  console.log(JSON.stringify({ at: new Date().toISOString(), event, ...fields }));

/** @returns what ends it */
async function start(settings: Settings): Promise<() => Promise<void>> {
  if (settings.ROLE === 'access') {
    const server = await startAccess(settings);
    return async () => void server.close();
  }
  let program: Rtmp | undefined;
  // Before the program: one that waits for the ingest's name is not dead.
  const page = createServer(
    answerAll((request, url) => {
      if (request.method !== 'GET') return { ...json(405, { status: 405 }), headers: { allow: 'GET' } };
      const { ok, body } = program?.health() ?? { ok: false, body: { role: settings.ROLE, status: 'starts' } };
      if (url.pathname === '/metrics') return { status: 200, type: METRICS_TYPE, body: metricsOf(settings.ROLE, body) };
      return url.pathname === '/health' ? json(ok ? 200 : 503, body) : json(404, { status: 404 });
    }),
  );
  await listening(page, settings.HEALTH_PORT, settings.BIND);
  const node = `${settings.ROLE} ${hostname()} ${settings.BIND}`;
  if (settings.ROLE === 'ingest') program = await startIngest(settings);
  else if (settings.ROLE === 'playback') program = await startPlayback(settings, node);
  else program = await startHls(settings, node);
  return async () => {
    page.close();
    await program?.stop();
  };
}

try {
  const settings = readSettings(process.env);
  const stop = await start(settings);
  log('ready', { role: settings.ROLE });
  const end = async (signal: string) => {
    log('stopping', { signal });
    await stop();
    process.exit(0);
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
