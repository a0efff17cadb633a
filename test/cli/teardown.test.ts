import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cli } from './server/cli.ts';
import { ControlPlane, problem } from './server/control-plane.ts';
import { Life } from './server/life.ts';

let plane: ControlPlane;
let life: Life;
beforeEach(async () => {
  plane = await new ControlPlane().start();
  life = new Life(plane);
  life.step = 4;
});
afterEach(() => plane.stop());
const teardown = (...argv: string[]) => cli(['teardown', ...argv, '--url', plane.url]);
const bodies = () => plane.seen.filter(({ path }) => path === '/api/teardown').map(({ body }) => body);

describe('teardown', () => {
  it('without --confirm shows what would go, changes nothing, exits 0', async () => {
    const { code, out } = await teardown('congress');
    expect(code).toBe(0);
    expect(out).toContain('streaming-congress-1');
    expect(out).toMatch(/vnet +Microsoft.Network/);
    expect(out).toContain('Nothing was removed');
    expect(bodies()).toEqual([{ event: 'congress' }]);
  });

  it.each([[['congress', '--confirm']], [['--event', 'congress', '--confirm']]])(
    'with %j follows to GONE and prints the certificate',
    async (argv) => {
      const { code, out, err } = await teardown(...argv);
      expect(code).toBe(0);
      expect(bodies()).toEqual([{ event: 'congress', confirm: true }]);
      expect(err).toMatch(/congress +gone/);
      expect(err).not.toMatch(/relay +done/);
      expect(out).toContain('0 resources and 0 secrets left');
      expect(out).toMatch(
        /mixer-french +Microsoft.Compute\/virtualMachines +2026-11-22T08:00:02Z +2026-11-22T08:01:00Z +58 s/,
      );
    },
  );

  it('ends with 1 when something remains, and says what to do', async () => {
    plane.on('GET', '/api/operations/:id', {
      json: {
        operationId: 'o',
        command: 'teardown',
        event: 'congress',
        outcome: 'failed',
        reason: 'a lock on the group',
      },
    });
    const { code, err } = await teardown('congress', '--confirm');
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining('a lock on the group') });
    expect(err).toContain('repeat');
  });

  it('waits for its own operation, not for an old failure', async () => {
    plane.on('POST', '/api/teardown', {
      status: 202,
      json: { operationId: 'o', event: 'congress', deploymentId: life.deploymentId, statusUrl: 'u' },
    });
    life.steps = [
      { state: 'failed', nodes: 'dfd' },
      { state: 'tearing-down', nodes: 'dfd' },
      { state: 'gone', nodes: 'dfd' },
    ];
    life.step = 0;
    expect((await teardown('congress', '--confirm')).code).toBe(0);
    expect(life.state()).toBe('gone');
  });

  it('passes a refusal on', async () => {
    plane.on('POST', '/api/teardown', problem(404, 'No such event'));
    expect((await teardown('nobody', '--confirm')).code).toBe(3);
  });
});
