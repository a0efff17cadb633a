import type { Source } from '../../../contract/problems.ts';
import { startLight } from '../../../mixer/light/light.ts';
import type { Parts, Pushing } from '../../../mixer/light/mixer.ts';
import { readSettings } from '../../../mixer/light/settings.ts';
import { hold, pass, release } from './fetched.ts';
import { type REFUSED, SECRETS, type Start, userDataOf } from './subject.ts';
import { agentsAgree } from './suite.ts';

/** A destination that takes whatever it is given. */
class Taken implements Pushing {
  on = false;
  reconnects = 0;
  droppedFrames = 0;
  sentBytes = 0;
  refusal: string | undefined;
  delivered = { bytes: 0, pictures: 0, sounds: 0 };
  restarts = 0;
  want(destination: object | undefined): void {
    this.on = destination !== undefined;
  }
  restart(): void {
    this.restarts++;
  }
  async stop(): Promise<void> {}
}

/** The settings that the template makes of what a machine would get as userData. */
function settingsOf(more: object) {
  const data = userDataOf(more) as ReturnType<typeof userDataOf> & { layout?: { streamServer: string } };
  return readSettings({
    ...{ DEPLOYMENT_ID: data.deploymentId, LANGUAGE: data.language, CONTROL_PLANE_URL: data.controlPlaneUrl },
    ...{ HEARTBEAT_SECONDS: `${data.heartbeatSeconds}`, VAULT_URL: data.vaultUrl, HEALTH_PORT: '0' },
    ...{ SECRET_STREAM_KEY: SECRETS.streamKey, SECRET_EGRESS: SECRETS.egress },
    ...{ SECRET_AGENT_TOKEN: SECRETS.agentToken, PROGRAMME_HOST: data.programme?.host, BIND: '127.0.0.1' },
    ...(data.layout && { STREAM_SERVER: data.layout.streamServer }),
  });
}

const start: Start = async (plane, more = {}) => {
  const settings = settingsOf(more);
  const secrets = new Map<string, string | typeof REFUSED>([
    [SECRETS.streamKey, 'key-1'],
    [SECRETS.agentToken, 'token-1'],
    [SECRETS.egress, 'egress-1'],
  ]);
  hold(plane, secrets);
  const sending = new Set<Source>(['programme']);
  const push = new Taken();
  let heardAt: number | undefined;
  const parts: Parts = {
    push,
    picture: async () => Buffer.from([0xff, 0xd8, 0xff, 0xd9]),
    pull: () => ({
      get heardAt() {
        return heardAt;
      },
      start: () => {},
      stop: async () => {},
    }),
  };
  const light = await startLight(settings, () => {}, parts);
  return {
    async secret(name, value) {
      if (value === undefined) secrets.delete(SECRETS[name]);
      else secrets.set(SECRETS[name], value);
    },
    async sends(source, yes) {
      if (yes) sending.add(source);
      else sending.delete(source);
    },
    restarts: () => push.restarts,
    pass: (seconds) =>
      pass(seconds, () => {
        if (sending.has('programme')) heardAt = performance.now();
      }),
    async stop() {
      await light.stop();
      release();
    },
  };
};

agentsAgree('the light mixer', start, { hasProgram: false, sources: ['programme'], hasScenes: false });
