import { describe, expect, it } from 'vitest';
import { crashes } from './crashes.ts';

describe('kill -9 of the control plane at random moments', () => {
  it('loses nothing: LIVE with each resource created once, and a teardown that leaves nothing', async () => {
    const report = await crashes({ kills: 20, seed: 7, timeScale: 30, seconds: 45 });
    console.log(
      `${report.kills} kills in ${report.rounds} deployments, in the states ${[...new Set(report.killedIn)].join(', ')}`,
    );
    expect(report.violations).toEqual([]);
    // On a slow machine fewer fit into the time; the command runs as many as it is told.
    expect(report.kills).toBeGreaterThanOrEqual(3);
  }, 240_000);
});
