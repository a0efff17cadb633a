/**
 * Data folders of demos that were killed. A demo makes its folder with its own process id in the name and removes it at its end;
 * when it cannot, any later start does: it holds simulated keys, and with real media programs may still use it.
 */
import { lstatSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { lives } from './lives.ts';
import { recall } from './remembered.ts';

const DEMO = /^stream-control-demo-(\d+)-[A-Za-z0-9]{6}$/;
/** The control plane of a demo that was killed notices and ends by itself; so long is waited for that. */
const ENDS_MS = 6_000;
const STEP_MS = 100;

export interface Abandoned {
  /** Where demos make their folders. */
  parent: string;
  /** This start's own. */
  dataDir: string;
  /** Ends the programs of real media that a start left, and removes their keys. */
  clearMedia: (mediaDir: string) => Promise<void>;
}

export async function removeAbandoned({ parent, dataDir, clearMedia }: Abandoned): Promise<void> {
  for (const name of namesIn(parent)) {
    const demo = Number(DEMO.exec(name)?.[1]);
    const folder = join(parent, name);
    if (!demo || folder === dataDir || dataDir.startsWith(`${folder}/`)) continue;
    try {
      const { uid, birthtimeMs } = lstatSync(folder);
      if (uid !== process.getuid?.() || !lstatSync(folder).isDirectory() || lives(demo, birthtimeMs)) continue;
      if (!(await ended(folder))) continue;
      await clearMedia(join(folder, 'media'));
      rmSync(folder, { recursive: true, force: true });
    } catch {
      // Another start removes it at this moment, or it cannot be removed; neither keeps this one from starting.
    }
  }
}

/** Whether the control plane of a demo's folder has ended, now or in a moment. */
async function ended(folder: string): Promise<boolean> {
  for (let waited = 0; ; waited += STEP_MS) {
    const { pid } = recall(folder);
    if (pid === undefined || !lives(pid, statSync(join(folder, 'serve.json')).mtimeMs)) return true;
    if (waited >= ENDS_MS) return false;
    await delay(STEP_MS);
  }
}

function namesIn(parent: string): string[] {
  try {
    return readdirSync(parent);
  } catch {
    return []; // It may not be read; then nothing of ours was made there.
  }
}
