/** Entry of the relay image for ROLE=light: a language without a machine. */
import { log, words } from '../agent/log.ts';
import { startLight } from './light.ts';
import { readSettings } from './settings.ts';

try {
  const settings = readSettings(process.env);
  const light = await startLight(settings, log);
  log('ready', { language: settings.LANGUAGE, health: light.port });
  const end = async (signal: string) => {
    log('stopping', { signal });
    await light.stop();
    process.exit(0);
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
} catch (error) {
  console.error(words(error));
  process.exit(1);
}
