/** From what is wanted to the programs that are it. */
import { join } from 'node:path';
import { mixerFolder, usersFolder } from './folder.ts';
import type { ProgramSpec } from './process.ts';
import type { WantedContainer, WantedLight, WantedMixer } from './wanted.ts';

export interface Paths {
  /** Folder of the built programs, `dist`. */
  dist: string;
  /** Folder for settings, logs and the mixers' homes. */
  data: string;
  srtPipe: string;
  /** Library that keeps OBS's ports on loopback; undefined without OBS. */
  loopback: string | undefined;
}

/** Where a mixer's picture can be watched. */
export const OUTPUT_PORT = 9000;
const RTMP_PORT = 1935;
/** Ports of a real mixer's agent and OBS are fixed; several share this machine, so they take free ones. */
const ANY = 0;

export const relaySpec = (paths: Paths, { id, name, environment }: WantedContainer): ProgramSpec => ({
  id,
  command: process.execPath,
  args: ['--max-semi-space-size=2', '--max-old-space-size=48', join(paths.dist, 'relay', 'main.js')],
  env: { ...environment, SRT_PIPE: paths.srtPipe },
  logFile: join(paths.data, `${name}.log`),
});

/** A program of a stream server. Its users outlive it, as long as the deployment is there. */
export const serverSpec = (paths: Paths, { id, name, environment }: WantedContainer): ProgramSpec => {
  const folder = mixerFolder(paths.data, name);
  return {
    id,
    command: process.execPath,
    args: ['--max-semi-space-size=2', '--max-old-space-size=64', join(paths.dist, 'server', 'main.js')],
    env: {
      ...environment,
      WORK_DIR: folder,
      ...(environment.ROLE === 'access' ? { ACCESS_FOLDER: usersFolder(paths.data), ACCESS_TABLE_URL: '' } : {}),
    },
    logFile: join(paths.data, `${name}.log`),
  };
};

/** The files of a mixer: its settings, and the secrets that a real one would read from the vault. */
export function mixerFiles(paths: Paths, mixer: WantedMixer, hosts: ReadonlyMap<string, string>) {
  const folder = mixerFolder(paths.data, mixer.name);
  const local = (endpoint: MixerEndpoint | undefined) =>
    endpoint && { ...endpoint, host: hosts.get(endpoint.host) ?? endpoint.host };
  const layout = {
    ...(mixer.userData.layout as object | undefined),
    // Software rendering of several mixers on one machine: the smallest picture will do to see that it works.
    profile: '360p15',
    streamServer: `rtmp://${mixer.address}:${RTMP_PORT}/live`,
  };
  const userData = {
    ...mixer.userData,
    programme: local(mixer.config.programme),
    slides: local(mixer.config.slides),
    layout,
  };
  const settings = {
    userData,
    secretsFile: join(folder, 'secrets.json'),
    healthPort: ANY,
    obs: { port: ANY, home: join(folder, 'home'), ...(paths.loopback && { preload: paths.loopback }) },
  };
  return {
    folder,
    settingsFile: join(folder, 'settings.json'),
    settings: JSON.stringify(settings, undefined, 2),
    secretsFile: settings.secretsFile,
    secrets: JSON.stringify(mixer.secrets),
  };
}
type MixerEndpoint = { host: string; port: number };

/** The agent with OBS, or the stand-in where OBS is not installed. */
export const mixerSpec = (paths: Paths, mixer: WantedMixer, settingsFile: string, obs: boolean): ProgramSpec => ({
  id: `${mixer.id}#${mixer.boots}`,
  command: process.execPath,
  args: [join(paths.dist, ...(obs ? ['mixer', 'agent', 'main.js'] : ['local', 'media', 'stand-in.js'])), settingsFile],
  env: { SRT_PIPE: paths.srtPipe },
  logFile: join(paths.data, `${mixer.name}.log`),
});

/** The secrets of a light mixer, that a real one reads from the vault. */
export function lightFiles(paths: Paths, { name, secrets }: WantedLight) {
  const folder = mixerFolder(paths.data, name);
  return { folder, secretsFile: join(folder, 'secrets.json'), secrets: JSON.stringify(secrets) };
}

/** The light mixer itself, which sends to its sink as to YouTube. */
export const lightSpec = (
  paths: Paths,
  { id, name, address, environment, told }: WantedLight,
  hosts: ReadonlyMap<string, string>,
): ProgramSpec => ({
  id,
  command: process.execPath,
  args: ['--max-semi-space-size=2', '--max-old-space-size=48', join(paths.dist, 'mixer', 'light', 'main.js')],
  env: {
    ...environment,
    PROGRAMME_HOST: hosts.get(told.sources.programme?.host ?? '') ?? '',
    STREAM_SERVER: `rtmp://${address}:${RTMP_PORT}/live`,
    SECRETS_FILE: join(mixerFolder(paths.data, name), 'secrets.json'),
    BIND: address,
    HEALTH_PORT: `${ANY}`,
    SRT_PIPE: paths.srtPipe,
  },
  logFile: join(paths.data, `${name}.log`),
});

/** Takes a mixer's RTMP stream, as YouTube would, and hands it out by SRT for anybody to watch. */
export const sinkSpec = (
  paths: Paths,
  { id, name, address }: Pick<WantedMixer, 'id' | 'name' | 'address'>,
): ProgramSpec => ({
  id: `${id}#sink`,
  command: process.execPath,
  args: [
    join(paths.dist, 'local', 'media', 'sink.js'),
    `rtmp://${address}:${RTMP_PORT}/live`,
    address,
    `${OUTPUT_PORT}`,
  ],
  env: { SRT_PIPE: paths.srtPipe },
  logFile: join(paths.data, `${name}-sink.log`),
});
