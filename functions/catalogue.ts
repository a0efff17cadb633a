/** The event templates: those that came with the app, and those of a folder of the user's own; validated at the start. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Settings, settings } from '../azure/settings.ts';
import { parseImage, runsImage } from '../domain/request/images.ts';
import type { ImageRule } from '../domain/template/check.ts';
import { type ParsedTemplate, parseTemplate, readTemplate } from '../domain/template/parse.ts';
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

/** The app's own as the package has them, parsed before: to read their text would be a third of a cold start. */
const PACKED = 'packed.json';

function* parsed(path: string, rule: ImageRule | undefined): Generator<[file: string, read: ParsedTemplate]> {
  const at = path.replace(/\/$/, '');
  if (path === folder && existsSync(`${at}/${PACKED}`)) {
    const all = JSON.parse(readFileSync(`${at}/${PACKED}`, 'utf8')) as Record<string, unknown>;
    for (const [name, data] of Object.entries(all)) yield [`${at}/${name}`, readTemplate(data, rule)];
    return;
  }
  for (const name of readdirSync(path).sort())
    if (/\.ya?ml$/.test(name)) yield [`${at}/${name}`, parseTemplate(readFileSync(`${at}/${name}`, 'utf8'), rule)];
}

/** Reads every template of some folders. @throws Error naming the file and every problem */
export function readTemplates(folders: readonly string[], images?: Images): Record<string, Template> {
  const files = new Map<string, string>();
  const found: Record<string, Template> = {};
  for (const path of folders)
    for (const [file, result] of parsed(path, images && imageProblem(images))) {
      if (!result.ok)
        throw new Error(
          `Cannot start: template ${file}: ${result.problems.map(({ path: at, message }) => `${at} ${message}`).join('; ')}`,
        );
      const { name } = result.template;
      const other = files.get(name);
      if (other) throw new Error(`Cannot start: templates ${other} and ${file} have one name: rename one`);
      files.set(name, file);
      found[name] = result.template;
    }
  if (files.size === 0)
    throw new Error(`Cannot start: there is no template in '${folders.join("', '")}': restore it, or build again`);
  return found;
}

export const templates: () => Record<string, Template> = perHost(() => {
  const own = settings();
  return readTemplates([folder, ...(own.templatesDir === undefined ? [] : [own.templatesDir])], own);
});
