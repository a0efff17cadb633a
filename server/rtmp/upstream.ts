/** Where the ingest is now: nginx looks a name up once at its start, and an address may change when Azure moves a container. */
import { lookup } from 'node:dns/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const RETRY_MS = 1_000;
const LOOK_EVERY_MS = 10_000;

/** Resolves when the name leads somewhere. */
export async function addressOf(host: string): Promise<string> {
  for (;;) {
    try {
      return (await lookup(host)).address;
    } catch {
      await sleep(RETRY_MS);
    }
  }
}
/** Tells of every other address that the name leads to from now on. @returns ends it */
export function watchAddress(host: string, first: string, changed: (address: string) => void): () => void {
  let known = first;
  const timer = setInterval(() => {
    lookup(host).then(
      ({ address }) => {
        if (address === known) return;
        known = address;
        changed(address);
      },
      () => {}, // For a moment it cannot be asked: what was known holds.
    );
  }, LOOK_EVERY_MS);
  return () => clearInterval(timer);
}
