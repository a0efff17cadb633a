/** Reads a template's text: shape, kinds and references, every problem with its path. */
import { parse } from 'yaml';
import { kindNames, knownKind } from '../kinds/index.ts';
import { type Problem, problemsOf } from '../request/problems.ts';
import { type ImageRule, templateProblems } from './check.ts';
import { type Template, templateSchema } from './schema.ts';

export type ParsedTemplate = { ok: true; template: Template } | { ok: false; problems: Problem[] };

/**
 * @param images which images components may run; any that is well formed where it is not given
 * @returns the template, or every problem with its path
 */
export function parseTemplate(text: string, images?: ImageRule): ParsedTemplate {
  let data: unknown;
  try {
    data = parse(text, { merge: true });
  } catch (error) {
    return {
      ok: false,
      problems: [{ path: '', message: `Cannot read template as YAML: ${(error as Error).message}` }],
    };
  }
  return readTemplate(data, images);
}

/** The same of what is parsed already. */
export function readTemplate(data: unknown, images?: ImageRule): ParsedTemplate {
  const result = templateSchema.safeParse(data);
  const problems: Problem[] = result.success ? [] : problemsOf(result.error);
  const given = (data as { components?: unknown } | null)?.components;
  const components: Record<string, Template['components'][string]> = {};
  for (const [name, rule] of Object.entries((given ?? {}) as Record<string, unknown>)) {
    const called = (rule as { kind?: unknown } | null)?.kind;
    const kind = typeof called === 'string' ? knownKind(called) : undefined;
    if (!kind) {
      if (typeof called === 'string')
        problems.push({
          path: `components.${name}.kind`,
          message: `there is no such kind; there are ${kindNames().join(', ')}`,
        });
      continue;
    }
    const read = kind.schema.safeParse(rule);
    if (read.success) components[name] = read.data;
    else problems.push(...problemsOf(read.error, ['components', name]));
  }
  if (!result.success || problems.length > 0) return { ok: false, problems: unique(problems) };
  const template = { ...result.data, components };
  const found = templateProblems(template, images);
  return found.length > 0 ? { ok: false, problems: found } : { ok: true, template };
}

/** The common part of a component is read twice: by the template's schema and by its kind's. */
const unique = (problems: readonly Problem[]): Problem[] => [
  ...new Map(problems.map((problem) => [`${problem.path} ${problem.message}`, problem])).values(),
];
