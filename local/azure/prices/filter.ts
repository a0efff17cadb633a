/** The `$filter` subset of the retail prices API: comparisons joined by `and` and `or`, `contains`, and parentheses around either. */
import { ArmError } from '../core/errors.ts';

type Item = Readonly<Record<string, unknown>>;
type Test = (item: Item) => boolean;

const TOKEN = /\s*(?:(')((?:[^']|'')*)'|([()])|(,)|([A-Za-z_][\w]*)|(\d+(?:\.\d+)?))/y;

interface Token {
  kind: 'text' | 'mark' | 'word' | 'number';
  value: string;
}

function tokens(filter: string): Token[] {
  const found: Token[] = [];
  TOKEN.lastIndex = 0;
  while (filter.slice(TOKEN.lastIndex).trim() !== '') {
    const match = TOKEN.exec(filter);
    if (!match) throw invalid(filter);
    if (match[1]) found.push({ kind: 'text', value: (match[2] ?? '').replaceAll("''", "'") });
    else if (match[3] ?? match[4]) found.push({ kind: 'mark', value: match[3] ?? match[4] ?? '' });
    else if (match[5]) found.push({ kind: 'word', value: match[5] });
    else found.push({ kind: 'number', value: match[6] ?? '' });
  }
  return found;
}

const invalid = (filter: string): ArmError =>
  new ArmError(400, 'BadRequest', `Invalid OData parameters supplied: $filter=${filter}`);

/** Values compare with their case, as they do since api-version 2023-01-01-preview. @throws ArmError 400 for anything else */
export function parseFilter(filter: string | null): Test {
  if (!filter?.trim()) return () => true;
  const list = tokens(filter);
  let at = 0;
  const peek = () => list[at];
  const take = (kind?: Token['kind'], value?: string): string => {
    const token = list[at++];
    const fits = token && (!kind || token.kind === kind) && (!value || token.value.toLowerCase() === value);
    if (!fits) throw invalid(filter);
    return token.value;
  };
  const either = (): Test => {
    const tests = [both()];
    while (peek()?.kind === 'word' && peek()?.value.toLowerCase() === 'or') {
      at++;
      tests.push(both());
    }
    return (item) => tests.some((test) => test(item));
  };
  const both = (): Test => {
    const tests = [one()];
    while (peek()?.kind === 'word' && peek()?.value.toLowerCase() === 'and') {
      at++;
      tests.push(one());
    }
    return (item) => tests.every((test) => test(item));
  };
  const one = (): Test => {
    if (peek()?.value === '(') {
      take('mark', '(');
      const inner = either();
      take('mark', ')');
      return inner;
    }
    const name = take('word');
    if (name.toLowerCase() === 'contains') {
      take('mark', '(');
      const field = take('word');
      take('mark', ',');
      const part = take('text');
      take('mark', ')');
      return (item) => String(item[field] ?? '').includes(part);
    }
    const operator = take('word').toLowerCase();
    const wanted = take();
    if (operator === 'eq') return (item) => String(item[name] ?? '') === wanted;
    if (operator === 'ne') return (item) => String(item[name] ?? '') !== wanted;
    throw invalid(filter);
  };
  const test = either();
  if (at < list.length) throw invalid(filter);
  return test;
}
