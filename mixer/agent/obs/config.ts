/** OBS's configuration files, written before its start. Keys as OBS 29 to 31 read them (obs-studio, UI/obs-app.cpp and obs-websocket, src/Config.cpp). */
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Layout } from '../../../contract/layout.ts';
import { PROFILES } from '../profiles.ts';

const NAME = 'mixer';

/** @param home folder instead of the account's own */
export const configFolder = (home: string | undefined, env = process.env): string =>
  process.platform === 'win32'
    ? join(env.APPDATA ?? join(homedir(), 'AppData', 'Roaming'), 'obs-studio')
    : join(home ? join(home, '.config') : (env.XDG_CONFIG_HOME ?? join(homedir(), '.config')), 'obs-studio');

const ini = (sections: Record<string, Record<string, string | number | boolean>>): string =>
  Object.entries(sections)
    .map(
      ([name, values]) =>
        `[${name}]\n${Object.entries(values)
          .map(([key, value]) => `${key}=${value}\n`)
          .join('')}`,
    )
    .join('\n');

/** Writes everything that OBS asks a person about at its first start, the picture and encoder profile, and the control port. */
export async function writeConfig(
  folder: string,
  layout: Layout,
  control: { port: number; password: string },
): Promise<void> {
  const { width, height, fps, videoKbps, preset } = PROFILES[layout.profile];
  const general = {
    FirstRun: true,
    ...Object.fromEntries(
      ['Pre19Defaults', 'Pre21Defaults', 'Pre23Defaults', 'Pre24.1Defaults'].map((key) => [key, false]),
    ),
    EnableAutoUpdates: false,
    ConfirmOnExit: false,
  };
  const main = ini({
    General: general,
    Basic: {
      Profile: NAME,
      ProfileDir: NAME,
      SceneCollection: NAME,
      SceneCollectionFile: NAME,
      ConfigOnNewProfile: false,
    },
    BasicWindow: {
      SysTrayEnabled: true,
      SysTrayWhenStarted: true,
      ShowContextToolbars: false,
      RecordWhenStreaming: false,
    },
    OBSWebSocket: {
      FirstLoad: false,
      ServerEnabled: true,
      ServerPort: control.port,
      AlertsEnabled: false,
      AuthRequired: true,
      ServerPassword: control.password,
    },
  });
  const profile = ini({
    General: { Name: NAME },
    Video: { BaseCX: width, BaseCY: height, OutputCX: width, OutputCY: height, FPSType: 1, FPSInt: fps },
    Output: { Mode: 'Simple', Reconnect: true, RetryDelay: 2, MaxRetries: 10_000, LowLatencyEnable: false },
    SimpleOutput: {
      VBitrate: videoKbps,
      ABitrate: layout.audioKbps,
      StreamEncoder: 'x264',
      Preset: preset,
      UseAdvanced: true,
    },
    Audio: { SampleRate: 48_000, ChannelSetup: 'Stereo' },
  });
  const websocket = {
    first_load: false,
    server_enabled: true,
    server_port: control.port,
    alerts_enabled: false,
    auth_required: true,
    server_password: control.password,
  };
  // OBS 31 reads user.ini where older ones read global.ini, and obs-websocket moved to a file of its own with OBS 30.
  await write(join(folder, 'global.ini'), main);
  await write(join(folder, 'user.ini'), main);
  await write(join(folder, 'plugin_config', 'obs-websocket', 'config.json'), JSON.stringify(websocket));
  await write(join(folder, 'basic', 'profiles', NAME, 'basic.ini'), profile);
}

/** The start arguments that go with {@link writeConfig}. */
export const obsArguments = [
  ...['--profile', NAME, '--collection', NAME, '--minimize-to-tray', '--multi'],
  // Nobody is there to answer a question; unknown ones are ignored by older versions.
  ...['--disable-missing-files-check', '--disable-shutdown-check', '--disable-updater'],
];

async function write(file: string, text: string): Promise<void> {
  await mkdir(join(file, '..'), { recursive: true, mode: 0o700 });
  await writeFile(file, text, { mode: 0o600 });
  await chmod(file, 0o600);
}
