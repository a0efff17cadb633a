/** The app in processes of its own that are killed in the middle of a deployment. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from './process.ts';
import { Stack } from './stack.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await new Stack({ timeScale: 60, workers: 2 }).start();
});
afterAll(() => stack.dispose());

interface Status {
  state: string;
}
/** Empty where the process that was to answer has died. */
const stateNow = async () => (await stack.api<Status | undefined>('GET', '/api/status/demo')).json?.state ?? '';

it.skipIf(process.platform !== 'linux')(
  'the event comes to LIVE or is removed, whatever the dead processes had under way',
  // A lifecycle that fails for good is looked for once a minute, and each kill may cost one.
  { timeout: 600_000 },
  async () => {
    let kills = 0;
    const body = { event: 'demo', languages: ['original', 'french'], ttl: '2h' };
    expect((await stack.api('POST', '/api/deploy', body)).status).toBe(202);
    for (const made of [1, 6, 10]) {
      const over = await until(async () => {
        if (['live', 'failed'].includes(await stateNow())) return true;
        // Those killed before are being started again.
        return (await stack.resources()).length >= made && stack.workers().length > 0 ? false : undefined;
      });
      if (over) break;
      for (const pid of stack.workers()) process.kill(pid, 'SIGKILL');
      kills++;
    }
    const journal = async () => (await stack.cli('journal demo')).out;
    expect(kills, await journal()).toBeGreaterThan(1);
    const last = await until(async () => {
      const now = await stateNow();
      return ['live', 'failed', 'gone'].includes(now) ? now : undefined;
    });
    if (last === 'live') {
      const removed = await stack.cli('teardown demo --confirm --progress none -o none');
      expect(removed, removed.err).toMatchObject({ code: 0 });
    }
    console.log(`${kills} kills in a deployment that ended ${last}`);
    expect(await stack.resources(), `${last}\n${await journal()}`).toEqual([]);
    expect(stack.log).toContain('node exited with code 137 (0x89)');
  },
);
