import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { SOURCES, type Source } from '../../../contract/problems.ts';
import { startAgent } from '../../../mixer/agent/agent.ts';
import { checked, localSchema } from '../../../mixer/agent/settings.ts';
import { FakeObs } from '../../mixer/fake-obs.ts';
import { hold, pass, release } from './fetched.ts';
import { type REFUSED, SECRETS, type Start, userDataOf } from './subject.ts';
import { agentsAgree } from './suite.ts';

/** An OBS that streams and changes scenes as it is told, and whose sources can stand still. */
function obsThat(sending: ReadonlySet<Source>): FakeObs {
  const obs = new FakeObs();
  obs.streaming = false;
  let scene = 'programme';
  const stream = (outputActive: boolean) => {
    obs.streaming = outputActive;
    const outputState = `OBS_WEBSOCKET_OUTPUT_${outputActive ? 'STARTED' : 'STOPPED'}`;
    obs.tell('StreamStateChanged', { outputActive, outputState });
    return { data: {} };
  };
  obs.rule = (type, { sceneName, inputName }) => {
    if (type === 'SetCurrentProgramScene') scene = String(sceneName);
    if (type === 'GetCurrentProgramScene') return { data: { currentProgramSceneName: scene } };
    if (type === 'StartStream') return stream(true);
    if (type === 'StopStream') return stream(false);
    const stands = SOURCES.some((source) => inputName === `${source} source` && !sending.has(source));
    if (type === 'GetMediaInputStatus' && stands) return { data: { mediaState: 'PLAYING', mediaCursor: 0 } };
    return undefined;
  };
  return obs;
}

const start: Start = async (plane, more) => {
  const home = mkdtempSync(join(tmpdir(), 'agents-'));
  const sending = new Set<Source>(['programme', 'slides']);
  const obs = obsThat(sending);
  const secrets = new Map<string, string | typeof REFUSED>([
    [SECRETS.streamKey, 'key-1'],
    [SECRETS.agentToken, 'token-1'],
    [SECRETS.egress, 'egress-1'],
  ]);
  await obs.start(home);
  hold(plane, secrets);
  const logged: string[] = [];
  const end = async () => {
    release();
    obs.stop();
  };
  const settings = { userData: userDataOf(more), healthPort: 0, obs: { home, port: 0 } };
  const local = checked(localSchema, settings, 'the settings');
  const agent = await startAgent(local, (event) => logged.push(event), new AbortController().signal).catch(
    async (error) => {
      await end();
      rmSync(home, { recursive: true, force: true });
      throw error;
    },
  );
  await vi.waitFor(() => {
    if (!logged.includes('obs-ready')) throw new Error('OBS is not ready');
  }, 10_000);
  return {
    async secret(name, value) {
      if (value === undefined) secrets.delete(SECRETS[name]);
      else secrets.set(SECRETS[name], value);
    },
    async sends(source, yes) {
      if (yes) sending.add(source);
      else sending.delete(source);
    },
    async breakProgram() {
      obs.stop();
    },
    restarts: () => logged.filter((event) => event === 'restart-asked').length,
    pass: (seconds) => pass(seconds),
    async stop() {
      await pass(15);
      await end();
      await agent.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
};

agentsAgree('the agent on a mixer', start, { hasProgram: true });
