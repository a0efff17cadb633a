/** What a request says in the words of its template: parameters, and how many of what it counts. */
import { own } from '../own.ts';
import type { Template } from '../template/schema.ts';
import { type Problem, unknownField } from './problems.ts';

/** How many there can be of a counted component. */
export const MAX_COUNT = 50;

type Values = Record<string, string | number | boolean>;

/** Counts of every component that has one; undefined where there are none. */
export function readCounts(
  { components, name: template }: Template,
  given: Record<string, number>,
  problems: Problem[],
): Record<string, number> | undefined {
  const counted = Object.entries(components).flatMap(([name, { count }]) =>
    count === undefined ? [] : [[name, count] as const],
  );
  for (const name of Object.keys(given))
    if (own(components, name)?.count === undefined) {
      const known = counted.map(([each]) => each).join(', ');
      problems.push({
        path: `counts.${name}`,
        message: `template ${template} counts ${known || 'no component'}${known ? ' only' : ''}`,
      });
    }
  if (counted.length === 0) return undefined;
  return Object.fromEntries(counted.map(([name, count]) => [name, own(given, name) ?? count]));
}

export function readParameters(
  template: Template,
  given: Record<string, string | number | boolean>,
  problems: Problem[],
): Values {
  const problem = (path: string, message: string) => problems.push({ path, message });
  const values: Values = {};
  for (const name of Object.keys(given))
    if (!Object.hasOwn(template.parameters, name))
      problems.push(
        unknownField('parameters', name, `Unknown parameter; known: ${Object.keys(template.parameters).join(', ')}`),
      );
  for (const [name, rule] of Object.entries(template.parameters)) {
    const value = own(given, name) ?? rule.default;
    const number = rule.type === 'integer' || rule.type === 'number';
    if (typeof value !== (number ? 'number' : rule.type) || (rule.type === 'integer' && !Number.isInteger(value)))
      problem(`parameters.${name}`, `must be of type ${rule.type}`);
    else if (rule.enum && !rule.enum.includes(String(value)))
      problem(`parameters.${name}`, `must be one of ${rule.enum.join(', ')}`);
    else if (typeof value === 'number' && (value < (rule.minimum ?? value) || value > (rule.maximum ?? value)))
      problem(`parameters.${name}`, `must be between ${rule.minimum ?? '-∞'} and ${rule.maximum ?? '∞'}`);
    values[name] = value;
  }
  return values;
}
