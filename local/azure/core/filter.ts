import type { ArmError } from './arm-error.ts';
import { refuse } from './constraint.ts';
import { ARM } from './constraints.ts';
import { groupNameOf } from './ids.ts';
import type { Resource } from './model.ts';

const TERM = /^\s*([A-Za-z]+)\s+(eq|ne)\s+'((?:[^']|'')*)'\s*/;
const FUNCTION = /^\s*(startswith|substringof)\s*\(\s*([^,]+?)\s*,\s*([^)]+?)\s*\)\s*/i;

interface Term {
  field: string;
  test(value: string): boolean;
}

/**
 * The part of OData that ARM's lists take: `tagName eq 'k' and tagValue eq 'v'`, `resourceType eq 'T'`,
 * `resourceGroup eq 'g'`, `name`, `location`, joined by `and`; without case, as ARM compares.
 * @throws ArmError 400 for anything else
 */
export function filterOf(filter: string | null): (resource: Resource) => boolean {
  if (filter === null || filter.trim() === '') return () => true;
  const terms = parse(filter);
  return (resource) => {
    const tagName = terms.find((term) => term.field === 'tagname');
    const tagValue = terms.find((term) => term.field === 'tagvalue');
    if (tagName || tagValue) {
      const found = Object.entries(resource.tags ?? {}).some(
        ([name, value]) => (!tagName || tagName.test(name)) && (!tagValue || tagValue.test(value)),
      );
      if (!found) return false;
    }
    return terms.every((term) => {
      const value = fieldOf(resource, term.field);
      return value === undefined || term.test(value);
    });
  };
}

function fieldOf(resource: Resource, field: string): string | undefined {
  switch (field) {
    case 'resourcetype':
      return resource.type;
    case 'resourcegroup':
      return groupNameOf(resource.id);
    case 'name':
      return resource.name;
    case 'location':
      return resource.location ?? '';
    default:
      return undefined;
  }
}

const FIELDS = new Set(['tagname', 'tagvalue', 'resourcetype', 'resourcegroup', 'name', 'location']);

function parse(filter: string): Term[] {
  const terms: Term[] = [];
  let rest = filter;
  for (;;) {
    const call = FUNCTION.exec(rest);
    const term = call ? functionTerm(call) : plainTerm(TERM.exec(rest));
    if (!term || !FIELDS.has(term.field)) throw invalid(filter);
    terms.push(term);
    rest = rest.slice((call ?? TERM.exec(rest))?.[0].length ?? 0);
    if (rest === '') return terms;
    if (!/^and\s/i.test(rest)) throw invalid(filter);
    rest = rest.slice(3);
  }
}

function plainTerm(found: RegExpExecArray | null): Term | undefined {
  if (!found) return undefined;
  const wanted = (found[3] ?? '').replaceAll("''", "'").toLowerCase();
  const equal = found[2] === 'eq';
  return { field: (found[1] ?? '').toLowerCase(), test: (value) => (value.toLowerCase() === wanted) === equal };
}

/** `startswith(tagName, 'a')` and `substringof('a', name)`. */
function functionTerm(found: RegExpExecArray): Term | undefined {
  const args = [found[2] ?? '', found[3] ?? ''];
  const quoted = args.find((arg) => arg.startsWith("'"));
  const field = args.find((arg) => !arg.startsWith("'"));
  if (!quoted || !field) return undefined;
  const wanted = quoted.slice(1, -1).toLowerCase();
  const starts = (found[1] ?? '').toLowerCase() === 'startswith';
  return {
    field: field.toLowerCase(),
    test: (value) => (starts ? value.toLowerCase().startsWith(wanted) : value.toLowerCase().includes(wanted)),
  };
}

const invalid = (filter: string): ArmError => refuse(ARM.filterInvalid, { filter });
