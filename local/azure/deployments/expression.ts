/**
 * The template language of Azure Resource Manager, as far as plain templates use it (Microsoft Learn, "Template functions"):
 * literals, calls, member access, indexing. Parsing gives a tree; `functions.ts` gives the calls their meaning.
 */
import { ArmError } from '../core/errors.ts';

export type Node =
  | { kind: 'literal'; value: string | number | boolean | null }
  | { kind: 'call'; name: string; args: Node[] }
  | { kind: 'member'; of: Node; name: Node };

const TOKEN = /\s*(?:'((?:[^']|'')*)'|(-?\d+(?:\.\d+)?)|([A-Za-z_][\w]*)|([()[\].,]))/y;

interface Token {
  kind: 'text' | 'number' | 'word' | 'mark';
  value: string;
}

const invalid = (expression: string): ArmError =>
  new ArmError(
    400,
    'InvalidTemplate',
    `Deployment template language expression evaluation failed: 'Unable to parse language expression '${expression}''.`,
  );

function tokens(source: string): Token[] {
  const found: Token[] = [];
  TOKEN.lastIndex = 0;
  while (source.slice(TOKEN.lastIndex).trim() !== '') {
    const match = TOKEN.exec(source);
    if (!match) throw invalid(source);
    if (match[1] !== undefined) found.push({ kind: 'text', value: match[1].replaceAll("''", "'") });
    else if (match[2] !== undefined) found.push({ kind: 'number', value: match[2] });
    else if (match[3] !== undefined) found.push({ kind: 'word', value: match[3] });
    else found.push({ kind: 'mark', value: match[4] ?? '' });
  }
  return found;
}

/** The expression inside `[...]`, or undefined for a plain text; `[[` begins a plain text with a bracket. */
export function expressionIn(text: string): string | undefined {
  return text.startsWith('[') && text.endsWith(']') && !text.startsWith('[[') ? text.slice(1, -1) : undefined;
}

/** @throws ArmError 400 InvalidTemplate */
export function parseExpression(source: string): Node {
  const list = tokens(source);
  let at = 0;
  const peek = () => list[at]?.value;
  const expect = (value: string): void => {
    if (list[at]?.kind !== 'mark' || list[at]?.value !== value) throw invalid(source);
    at++;
  };
  const args = (): Node[] => {
    expect('(');
    const found: Node[] = [];
    if (peek() !== ')' || list[at]?.kind !== 'mark') {
      found.push(expression());
      while (list[at]?.kind === 'mark' && peek() === ',') {
        at++;
        found.push(expression());
      }
    }
    expect(')');
    return found;
  };
  const primary = (): Node => {
    const token = list[at++];
    if (!token) throw invalid(source);
    if (token.kind === 'text') return { kind: 'literal', value: token.value };
    if (token.kind === 'number') return { kind: 'literal', value: Number(token.value) };
    if (token.kind !== 'word') throw invalid(source);
    // A function of the template's own has a namespace before its name.
    const member = list[at + 1];
    const call = list[at + 2];
    if (list[at]?.kind === 'mark' && peek() === '.' && member?.kind === 'word' && call?.value === '(') {
      at += 2;
      return { kind: 'call', name: `${token.value}.${member.value}`, args: args() };
    }
    const constant = { true: true, false: false, null: null }[token.value.toLowerCase()];
    if (list[at]?.kind !== 'mark' || peek() !== '(') {
      if (constant === undefined) throw invalid(source);
      return { kind: 'literal', value: constant };
    }
    return { kind: 'call', name: token.value, args: args() };
  };
  const expression = (): Node => {
    let node = primary();
    for (;;) {
      const mark = list[at]?.kind === 'mark' ? peek() : undefined;
      if (mark === '.') {
        const name = list[at + 1];
        if (name?.kind !== 'word') throw invalid(source);
        at += 2;
        node = { kind: 'member', of: node, name: { kind: 'literal', value: name.value } };
      } else if (mark === '[') {
        at++;
        const name = expression();
        expect(']');
        node = { kind: 'member', of: node, name };
      } else return node;
    }
  };
  const tree = expression();
  if (at < list.length) throw invalid(source);
  return tree;
}
