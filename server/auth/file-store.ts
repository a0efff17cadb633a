/** Users in a folder: a mounted file share, or this machine's own. A file for each, whole or not at all. */
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type KeptUser, keptUserSchema, type UserStore } from './store.ts';

const END = '.json';

export function fileStore(folder: string): UserStore {
  const fileOf = (name: string) => join(folder, `${name}${END}`);
  return {
    async all() {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const names = (await readdir(folder)).filter((name) => name.endsWith(END));
      return Promise.all(
        names.map(async (name): Promise<KeptUser> => {
          try {
            return keptUserSchema.parse(JSON.parse(await readFile(join(folder, name), 'utf8')));
          } catch {
            throw new Error(`Cannot read '${join(folder, name)}': it is damaged. Delete it and make the user anew`);
          }
        }),
      );
    },
    async put(user) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const next = `${fileOf(user.name)}.next`;
      const file = await open(next, 'w', 0o600);
      try {
        await file.writeFile(JSON.stringify(user));
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(next, fileOf(user.name));
    },
    remove: (name) => rm(fileOf(name), { force: true }),
  };
}
