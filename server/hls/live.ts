/** Which paths are live, as the authorisation service says, each with its follower. */
import { join } from 'node:path';
import { listAccess, type ServicePlace } from '../ask.ts';
import { Follower, type FollowerOptions } from './follower.ts';

const LOOK_EVERY_MS = 1_000;

export interface LivePaths {
  get(path: string): Follower | undefined;
  all(): [path: string, follower: Follower][];
  stop(): Promise<void>;
}

/** @param inputOf arguments of ffmpeg that name a path's input */
export function followLive(
  place: ServicePlace,
  folder: string,
  programs: Pick<FollowerOptions, 'ffmpeg' | 'ffprobe'>,
  inputOf: (path: string) => readonly string[],
): LivePaths {
  const followers = new Map<string, Follower>();
  const ending = new Set<Promise<void>>();
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  const end = (path: string, follower: Follower) => {
    followers.delete(path);
    const gone = follower.stop().finally(() => ending.delete(gone));
    ending.add(gone);
  };
  async function look(): Promise<void> {
    try {
      const { sessions } = await listAccess(place);
      const live = new Set(sessions.filter(({ call }) => call === 'publish').map(({ path }) => path));
      for (const [path, follower] of followers) if (!live.has(path)) end(path, follower);
      // What is ending still has the folder.
      if (ending.size > 0 || stopped) return;
      for (const path of live)
        if (!followers.has(path))
          followers.set(path, new Follower({ ...programs, input: inputOf(path), folder: join(folder, path) }));
    } catch {
      // While it does not answer, what is followed goes on.
    }
  }
  const again = () => {
    if (!stopped) timer = setTimeout(() => look().finally(again), LOOK_EVERY_MS);
  };
  void look().finally(again);
  return {
    get: (path) => followers.get(path),
    all: () => [...followers],
    async stop() {
      stopped = true;
      clearTimeout(timer);
      for (const [path, follower] of followers) end(path, follower);
      await Promise.all(ending);
    },
  };
}
