/** Entry of the relay image: programme relay or slide splitter, by the setting ROLE. */
import { startRelay } from './relay.ts';
import { readSettings } from './settings.ts';

const log = (event: string, fields: Record<string, unknown> = {}) =>
  console.log(JSON.stringify({ at: new Date().toISOString(), event, ...fields }));

try {
  const settings = readSettings(process.env);
  const relay = await startRelay(settings, log);
  log('ready', { role: settings.role, ingest: settings.ingest.port, egress: settings.egress.port, health: relay.port });
  const end = async (signal: string) => {
    log('stopping', { signal });
    await relay.stop();
    process.exit(0);
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
