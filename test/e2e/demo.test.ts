import { describe, expect, it } from 'vitest';
import { runCli } from './stack.ts';

describe('demo --once', () => {
  it('shows a whole life in under 60 s at the default time scale and exits 0', async () => {
    const begun = performance.now();
    const { code, out, err } = await runCli(['demo', '--once', '--port', '0', '--simulator-port', '0']);
    expect({ code, err }).toEqual({ code: 0, err: expect.stringContaining('gone') });
    expect(performance.now() - begun).toBeLessThan(60_000);
    for (const language of ['original', 'spanish', 'french'])
      expect(out).toMatch(new RegExp(`^${language} +\\d+\\.\\d+\\.\\d+\\.\\d+ +\\S+:3389 +healthy`, 'm'));
    expect(out).toMatch(/programme +srt:\/\/demo-relay-\w+\.\w+\.azurecontainer\.io:9998/);
    expect(out).toMatch(/expires +\S+ \(in 23 h 59 min\)/);
    expect(out).toMatch(/cost per hour +USD 0\.\d+/);
    expect(out).toMatch(/API and dashboard +http:\/\/127\.0\.0\.1:\d+/);
    expect(out).toMatch(/verified +\S+: 0 resources and 0 secrets left/);
    expect(err).toMatch(/mixer-french +running/);
  });
});
