/** The event templates: those that came with the app, and those of a folder of the user's own; validated at the start. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Settings, settings } from '../azure/settings.ts';
import { parseImage, runsImage } from '../domain/request/images.ts';
import { parseTemplate } from '../domain/template/parse.ts';
import type { Template } from '../domain/template/schema.ts';
import { perHost } from '../ports/per-host.ts';

const folder = fileURLToPath(new URL('../templates/', import.meta.url));

type Images = Pick<Settings, 'relayImage' | 'slideSplitterImage' | 'allowedRegistries'>;

/** Why an image may not run in this installation; undefined when it may. */
export const imageProblem =
  ({ relayImage, slideSplitterImage, allowedRegistries }: Images) =>
  (image: string): string | undefined => {
    if (parseImage(image) === undefined) return 'must be an image reference such as registry.azurecr.io/relay:2';
    return runsImage(image, [relayImage, slideSplitterImage], allowedRegistries)
      ? undefined
      : 'must be in the registry of RELAY_IMAGE, or in one that an admin allows (setting ALLOWED_REGISTRIES)';
  };

/** Reads every template of some folders. @throws Error naming the file and every problem */
export function readTemplates(folders: readonly string[], images?: Images): Record<string, Template> {
  const files = folders.flatMap((path) =>
    readdirSync(path)
      .filter((name) => /\.ya?ml$/.test(name))
      .sort()
      .map((name) => `${path.replace(/\/$/, '')}/${name}`),
  );
  if (files.length === 0)
    throw new Error(`Cannot start: there is no template in '${folders.join("', '")}': restore it, or build again`);
  const names = new Map<string, string>();
  return Object.fromEntries(
    files.map((file) => {
      const result = parseTemplate(readFileSync(file, 'utf8'), images && imageProblem(images));
      if (!result.ok)
        throw new Error(
          `Cannot start: template ${file}: ${result.problems.map(({ path: at, message }) => `${at} ${message}`).join('; ')}`,
        );
      const other = names.get(result.template.name);
      if (other) throw new Error(`Cannot start: templates ${other} and ${file} have one name: rename one`);
      names.set(result.template.name, file);
      return [result.template.name, result.template];
    }),
  );
}

export const templates: () => Record<string, Template> = perHost(() => {
  const own = settings();
  return readTemplates([folder, ...(own.templatesDir === undefined ? [] : [own.templatesDir])], own);
});
