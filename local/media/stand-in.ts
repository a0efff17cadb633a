/**
 * `stand-in.js SETTINGS.json`: a mixer for machines without OBS. It pulls both sources over SRT, as OBS would, and says in
 * heartbeats whether bytes come; it makes no picture. The settings are those of the real agent.
 */
import { spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { readJsonFile } from '../read-json.ts';

const endpoint = z.object({ host: z.string(), port: z.number() });
const settingsSchema = z.object({
  secretsFile: z.string(),
  userData: z.object({
    deploymentId: z.string(),
    language: z.string(),
    controlPlaneUrl: z.string(),
    heartbeatSeconds: z.number(),
    secrets: z.object({ streamKey: z.string(), egress: z.string(), agentToken: z.string() }),
    programme: endpoint,
    slides: endpoint,
  }),
});
const replySchema = z.object({
  streaming: z.boolean(),
  scene: z.string().optional(),
  intervalSeconds: z.number().optional(),
});
/** No bytes for this long, and a source is silent. */
const SILENT_MS = 3_000;
/** Silent for this long, it is a problem of this mixer and not of a relay that is being restarted (mixer/agent/status.ts). */
const PATIENCE_MS = 90_000;

const MADE = 'It is made anew when the event is started again';
const { secretsFile, userData } = readJsonFile(process.argv[2] ?? '', settingsSchema, MADE);
const secret = (name: string): string | undefined =>
  readJsonFile(secretsFile, z.record(z.string(), z.string()), MADE)[name];
const heard = { programme: 0, slides: 0 };

function pull(source: 'programme' | 'slides'): void {
  const { host, port } = userData[source];
  const caller = spawn(process.env.SRT_PIPE ?? 'srt-pipe', [], { stdio: ['ignore', 'pipe', 'inherit', 'pipe'] });
  const passphrase = secret(userData.secrets.egress);
  (caller.stdio[3] as Writable).end(
    `mode=call\nflow=in\nhost=${host}\nport=${port}\nlatency=125\npassphrase=${passphrase}\n`,
  );
  caller.stdout?.on('data', () => {
    heard[source] = performance.now();
  });
  caller.once('close', () => setTimeout(() => pull(source), 1000));
}

async function beat(wanted: {
  streaming: boolean;
  scene: string;
}): Promise<{ streaming: boolean; scene: string; seconds: number }> {
  const alive = (source: 'programme' | 'slides') => heard[source] > 0 && performance.now() - heard[source] < SILENT_MS;
  const state = (source: 'programme' | 'slides') => (alive(source) ? 'alive' : 'silent');
  const quiet = performance.now() - heard.programme > PATIENCE_MS;
  const problems = quiet ? ['the programme source is silent'] : [];
  const streaming = wanted.streaming && alive('programme') && secret(userData.secrets.streamKey) !== undefined;
  const { deploymentId, language, controlPlaneUrl, heartbeatSeconds } = userData;
  const sources = { programme: state('programme'), slides: state('slides') };
  const body = {
    deploymentId,
    language,
    streaming,
    scene: wanted.scene,
    reconnects: 0,
    droppedFrames: 0,
    sources,
    problems,
  };
  const answer = await fetch(new URL('/api/agents/heartbeat', controlPlaneUrl), {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${secret(userData.secrets.agentToken)}` },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  });
  if (!answer.ok) throw new Error(`the control plane answers ${answer.status}`);
  const reply = replySchema.parse(await answer.json());
  return {
    streaming: reply.streaming,
    scene: reply.scene ?? wanted.scene,
    seconds: reply.intervalSeconds ?? heartbeatSeconds,
  };
}

pull('programme');
pull('slides');
let wanted = { streaming: false, scene: 'programme', seconds: userData.heartbeatSeconds };
for (;;) {
  try {
    wanted = await beat(wanted);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
  }
  await sleep(wanted.seconds * 1000);
}
