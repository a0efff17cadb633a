/** Entry of the mixer agent: `main.js [SETTINGS.json]`; without a file everything comes from the machine. */
import { startAgent } from './agent.ts';
import { log, words } from './log.ts';
import { localSchema, readChecked } from './settings.ts';

const abort = new AbortController();
try {
  const file = process.argv[2];
  const local = file ? await readChecked(localSchema, file, 'the settings') : localSchema.parse({});
  process.once('SIGTERM', () => abort.abort());
  process.once('SIGINT', () => abort.abort());
  const agent = await startAgent(local, log, abort.signal);
  log('ready', { health: agent.port });
  if (!abort.signal.aborted)
    await new Promise<void>((resolve) => abort.signal.addEventListener('abort', () => resolve()));
  await agent.stop();
  process.exit(0);
} catch (error) {
  if (abort.signal.aborted) process.exit(0);
  console.error(words(error));
  process.exit(1);
}
