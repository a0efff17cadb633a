import type { DurableClient } from 'durable-functions';
import { describe, expect, it } from 'vitest';
import { startAnew, startOnce } from '../../durable/start.ts';

type Status = 'Running' | 'Completed' | 'Failed' | undefined;

/** A client in which `first` stands, whose start answers with an error, after which `then` stands. */
function client(first: Status, answer?: string, then: Status = first) {
  let standing = first;
  let started = 0;
  const durable = {
    getStatus: async (instanceId: string) => {
      if (standing === undefined) throw new Error('DurableClient error: HTTP 404');
      return { instanceId, runtimeStatus: standing };
    },
    startNew: async () => {
      started++;
      standing = then;
      if (answer !== undefined) throw new Error(answer);
    },
  } as unknown as DurableClient;
  return { durable, started: () => started };
}

const SLOWER = 'The operation failed with an unexpected status code: 500';

describe('an id that may be used again', () => {
  const anew = ({ durable }: ReturnType<typeof client>) => startAnew(durable, 'lifecycle', 'event-demo', {});

  it('is not started when the start failed and only an earlier instance stands', async () => {
    for (const earlier of ['Completed', 'Failed'] as const)
      await expect(anew(client(earlier, SLOWER)), earlier).rejects.toThrow('500');
    await expect(anew(client('Completed', 'connect ECONNREFUSED'))).rejects.toThrow('ECONNREFUSED');
    await expect(anew(client(undefined, 'connect ECONNREFUSED'))).rejects.toThrow('ECONNREFUSED');
  });

  it('is somebody’s when another start was faster, however that is said', async () => {
    await anew(client('Completed', SLOWER, 'Running'));
    await anew(client('Running', 'An Orchestration instance with the status Running already exists.'));
  });
});

describe('what must run once', () => {
  const once = ({ durable }: ReturnType<typeof client>) => startOnce(durable, 'notify', 'demo-notify-1', {});

  it('is started when nothing stands, and never when something does', async () => {
    const absent = client(undefined, undefined, 'Running');
    await once(absent);
    expect(absent.started()).toBe(1);
    for (const standing of ['Running', 'Completed', 'Failed'] as const) {
      const world = client(standing);
      await once(world);
      expect(world.started(), standing).toBe(0);
    }
  });

  it('is what is there when another was faster, though that has ended already', async () => {
    await once(client(undefined, SLOWER, 'Completed'));
    await expect(once(client(undefined, SLOWER))).rejects.toThrow('500');
  });

  it('is started again where what stands was none, and a failure of that is one', async () => {
    const failed = client('Failed', SLOWER);
    const again = () => true;
    await expect(startOnce(failed.durable, 'record', 'record-demo', {}, again)).rejects.toThrow('500');
  });
});
