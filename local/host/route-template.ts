/**
 * ASP.NET Core route templates, as HTTP triggers use them: literals, `{name}`, `{name?}`, `{name=default}`, `{*rest}`,
 * inline constraints, several parameters in one segment (Microsoft Learn, "Routing in ASP.NET Core").
 */
import { HostError } from './errors.ts';

type Constraint = { accepts: (value: string) => boolean; sample: string };

interface Parameter {
  name: string;
  optional: boolean;
  catchAll: boolean;
  fallback: string | undefined;
  constraints: Constraint[];
}
type Part = string | Parameter;

export interface RouteTemplate {
  text: string;
  /** Route values of a decoded path, or undefined when it does not match. Optional ones that are not there are left out. */
  match(path: string): Record<string, string> | undefined;
  /** A path this template matches, for telling whether another one swallows it. */
  sample: string;
}

const number = (value: string, form: RegExp) => form.test(value) && Number.isFinite(Number(value));
const INTEGER = /^[+-]?\d+$/;
const REAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** @throws HostError for a constraint ASP.NET does not know, as the real host refuses the function then */
function constraint(text: string, template: string): Constraint {
  const [, name = '', argument = ''] = /^([^(]*)(?:\((.*)\))?$/.exec(text) ?? [];
  const [first = 0, second = first] = argument.split(',').map(Number);
  switch (name.toLowerCase()) {
    case 'int':
      return { accepts: (v) => number(v, INTEGER) && Math.abs(Number(v)) <= 2 ** 31, sample: '1' };
    case 'long':
      return { accepts: (v) => number(v, INTEGER), sample: '1' };
    case 'decimal':
    case 'double':
    case 'float':
      return { accepts: (v) => number(v, REAL), sample: '1' };
    case 'bool':
      return { accepts: (v) => /^(true|false)$/i.test(v), sample: 'true' };
    case 'datetime':
      return { accepts: (v) => !Number.isNaN(Date.parse(v)), sample: '2026-01-01' };
    case 'guid': {
      const form = /^[{(]?[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}[)}]?$/i;
      return { accepts: (v) => form.test(v), sample: '00000000-0000-0000-0000-000000000001' };
    }
    case 'alpha':
      return { accepts: (v) => /^[a-z]*$/i.test(v), sample: 'x' };
    case 'minlength':
      return { accepts: (v) => v.length >= first, sample: 'x'.repeat(first) };
    case 'maxlength':
      return { accepts: (v) => v.length <= first, sample: 'x' };
    case 'length':
      return { accepts: (v) => v.length >= first && v.length <= second, sample: 'x'.repeat(first) };
    case 'min':
      return { accepts: (v) => number(v, INTEGER) && Number(v) >= first, sample: String(first) };
    case 'max':
      return { accepts: (v) => number(v, INTEGER) && Number(v) <= first, sample: String(first) };
    case 'range':
      return {
        accepts: (v) => number(v, INTEGER) && Number(v) >= first && Number(v) <= second,
        sample: String(first),
      };
    case 'regex': {
      const form = new RegExp(argument.replaceAll('{{', '{').replaceAll('}}', '}'), 'i');
      return { accepts: (v) => form.test(v), sample: 'x' };
    }
    case 'required':
      return { accepts: (v) => v !== '', sample: 'x' };
    default:
      throw new HostError(`The constraint reference '${name}' in the route '${template}' could not be resolved`);
  }
}

/** Splits `a:b(c:d):e` at the colons outside parentheses. */
function splitConstraints(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let current = '';
  for (const char of text) {
    if (char === '(') depth++;
    if (char === ')') depth--;
    if (char === ':' && depth === 0) {
      parts.push(current);
      current = '';
    } else current += char;
  }
  return [...parts, current];
}

function parameter(inner: string, template: string): Parameter {
  const bare = inner.replace(/^\*{1,2}/, '');
  const optional = bare.endsWith('?');
  const pieces = splitConstraints(optional ? bare.slice(0, -1) : bare);
  // A default stands behind the name or the last constraint; '=' inside a constraint's parentheses is the constraint's.
  const last = pieces.pop() ?? '';
  const equals = last.indexOf('=', last.lastIndexOf(')') + 1);
  pieces.push(equals < 0 ? last : last.slice(0, equals));
  const [name = '', ...constraints] = pieces;
  return {
    name,
    optional,
    catchAll: inner.startsWith('*'),
    fallback: equals < 0 ? undefined : last.slice(equals + 1),
    constraints: constraints.map((text) => constraint(text, template)),
  };
}

/** One segment: literals and parameters; `{{` and `}}` are the braces themselves. */
function segmentParts(segment: string, template: string): Part[] {
  const parts: Part[] = [];
  let literal = '';
  for (let i = 0; i < segment.length; i++) {
    const char = segment[i] as string;
    if ((char === '{' || char === '}') && segment[i + 1] === char) {
      literal += char;
      i++;
    } else if (char === '{') {
      let end = i + 1;
      while (end < segment.length && !(segment[end] === '}' && segment[end + 1] !== '}'))
        end += segment[end] === '}' ? 2 : 1;
      if (end >= segment.length) throw new HostError(`The route '${template}' has a '{' without its '}'`);
      if (literal) parts.push(literal);
      literal = '';
      parts.push(parameter(segment.slice(i + 1, end), template));
      i = end;
    } else literal += char;
  }
  if (literal) parts.push(literal);
  return parts;
}

/** Splits at '/' outside braces: a regex constraint may hold one. */
function segments(template: string): string[] {
  return template.split(/\/(?![^{]*\}(?!\}))/).filter((segment) => segment !== '');
}

const quoted = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

function pattern(all: Part[][]): { form: RegExp; parameters: Parameter[] } {
  const parameters: Parameter[] = [];
  let source = '^';
  for (const parts of all) {
    const [only] = parts;
    if (parts.length === 1 && typeof only === 'object') {
      parameters.push(only);
      if (only.catchAll) source += '(?:/(.*))?';
      else source += only.optional || only.fallback !== undefined ? '(?:/([^/]+))?' : '/([^/]+)';
      continue;
    }
    source += '/';
    parts.forEach((part, index) => {
      const next = parts[index + 1];
      if (typeof part === 'object') {
        parameters.push(part);
        source += part.optional ? '([^/]*)' : '([^/]+)';
      } else if (part.endsWith('.') && typeof next === 'object' && next.optional) {
        // The separator before an optional last parameter is optional with it: {name}.{extension?}.
        source += `${quoted(part.slice(0, -1))}\\.?`;
      } else source += quoted(part);
    });
  }
  return { form: new RegExp(`${source}/?$`, 'i'), parameters };
}

/** A value that all constraints accept, as far as one of their own samples does. */
function sampleOf({ constraints }: Parameter): string {
  const samples = [...constraints.map((c) => c.sample), 'x'];
  return samples.find((value) => constraints.every((c) => c.accepts(value))) ?? 'x';
}

/**
 * @param text a template without a leading slash, for example `items/{id:int?}`
 * @throws HostError when it is not a template
 */
export function parseTemplate(text: string): RouteTemplate {
  const all = segments(text).map((segment) => segmentParts(segment, text));
  const { form, parameters } = pattern(all);
  const sample = all
    .map((parts) => `/${parts.map((part) => (typeof part === 'object' ? sampleOf(part) : part)).join('')}`)
    .join('');
  return {
    text,
    sample: sample || '/',
    match(path) {
      const found = form.exec(path === '/' ? '' : path);
      if (!found) return undefined;
      const values: Record<string, string> = {};
      for (const [index, { name, fallback, constraints, catchAll }] of parameters.entries()) {
        const value = found[index + 1] ?? fallback;
        if (value === undefined || (value === '' && catchAll)) continue;
        if (value !== fallback && !constraints.every((c) => c.accepts(value))) return undefined;
        if (value !== '') values[name] = value;
      }
      return values;
    },
  };
}
