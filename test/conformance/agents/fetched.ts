/** The clock and the network of an agent that runs in the test's own process: the first is held, of the second there is the control plane. */
import { vi } from 'vitest';
import { type ControlPlane, REFUSED } from './subject.ts';

interface Init {
  headers: Record<string, string>;
  body: string;
}

/** @param vault what the machine's identity can read, by name */
export function hold(plane: ControlPlane, vault: ReadonlyMap<string, string | typeof REFUSED> = new Map()): void {
  vi.useFakeTimers({ toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
  vi.stubGlobal('fetch', async (to: URL | string, { headers, body }: Init) => {
    const url = new URL(to);
    if (url.pathname.startsWith('/metadata/'))
      return Response.json({ access_token: 'identity', expires_on: '9999999999' });
    if (url.pathname.startsWith('/secrets/')) {
      const value = vault.get(url.pathname.slice('/secrets/'.length));
      if (value === REFUSED) return Response.json({}, { status: 403 });
      return value === undefined ? Response.json({}, { status: 404 }) : Response.json({ value });
    }
    const { status, body: answer } = plane.take(Date.now(), url.href, headers.authorization, body);
    return new Response(answer, { status });
  });
}
export function release(): void {
  vi.useRealTimers();
  vi.unstubAllGlobals();
}

/** Everything is in one process: what was sent before these rounds has arrived after them. */
const settle = async (rounds: number) => {
  for (let round = 0; round < rounds; round++) await new Promise((resolve) => setImmediate(resolve));
};
/** @param each called before every step. @param rounds turns of the event loop per step */
export async function pass(seconds: number, each: () => void = () => {}, rounds = 20): Promise<void> {
  for (let step = 0; step < seconds * 2; step++) {
    each();
    await vi.advanceTimersByTimeAsync(500);
    await settle(rounds);
  }
}
