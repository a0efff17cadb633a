/** The event templates that came with the app, validated at the start. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseTemplate, type Template } from '../domain/template.ts';

const folder = fileURLToPath(new URL('../templates/', import.meta.url));

/** Reads every template of a folder. @throws Error naming the file and every problem */
export function readTemplates(path: string): Record<string, Template> {
  const files = readdirSync(path).filter((name) => /\.ya?ml$/.test(name));
  if (files.length === 0)
    throw new Error(`Cannot start: there is no template in '${path}': restore it, or build again`);
  const names = new Map<string, string>();
  return Object.fromEntries(
    files.map((file) => {
      const result = parseTemplate(readFileSync(`${path}/${file}`, 'utf8'));
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

let cached: Record<string, Template> | undefined;
export const templates = (): Record<string, Template> => {
  cached ??= readTemplates(folder);
  return cached;
};
