/**
 * `stand-in.js SETTINGS.json`: a mixer for machines without OBS. It pulls both sources over SRT, as OBS would, and says in
 * heartbeats whether bytes come; it makes no picture. The settings are those of the real agent.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import { z } from 'zod';
import { SOURCES, type Source } from '../../contract/problems.ts';
import { streamIdOf, wishOf } from '../../contract/stream-id.ts';
import { userDataSchema } from '../../contract/user-data.ts';
import { readJsonFile } from '../read-json.ts';
import { StandInAgent } from './stand-in-agent.ts';

const settingsSchema = z.object({ secretsFile: z.string(), userData: userDataSchema });
const MADE = 'It is made anew when the event is started again';
const { secretsFile, userData } = readJsonFile(process.argv[2] ?? '', settingsSchema, MADE);
const secret = (name: string): string | undefined =>
  readJsonFile(secretsFile, z.record(z.string(), z.string()), MADE)[name];
const heard: Partial<Record<Source, number>> = {};
const callers = new Map<Source, ChildProcess>();
let { audio } = userData;

function pull(source: Source): void {
  const { host, port } = userData[source];
  const caller = spawn(process.env.SRT_PIPE ?? 'srt-pipe', [], { stdio: ['ignore', 'pipe', 'inherit', 'pipe'] });
  callers.set(source, caller);
  const passphrase = secret(userData.secrets.egress);
  const id = source === 'programme' ? streamIdOf(wishOf(audio ?? '')) : undefined;
  const asked = id === undefined ? '' : `streamid=${id}\n`;
  (caller.stdio[3] as Writable).end(
    `mode=call\nflow=in\nhost=${host}\nport=${port}\nlatency=125\npassphrase=${passphrase}\n${asked}`,
  );
  caller.stdout?.on('data', () => {
    heard[source] = performance.now();
  });
  caller.once('close', () => setTimeout(() => pull(source), 1000));
}

for (const source of SOURCES) pull(source);
const program = {
  heardAt: (source: Source) => heard[source],
  restart: () => {
    for (const caller of callers.values()) caller.kill();
  },
  listen: (wanted: string) => {
    if (wanted === audio) return;
    audio = wanted;
    callers.get('programme')?.kill();
  },
};
new StandInAgent(userData, secret, program, (event, fields) =>
  console.error(JSON.stringify({ event, ...fields })),
).start();
