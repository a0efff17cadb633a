/**
 * JSON as Newtonsoft.Json reads and writes it, which is how the extension stores every input and result: lenient about
 * quotes, comments and trailing commas, compact, with .NET's number format (Newtonsoft.Json JsonTextReader.cs, JsonConvert.cs).
 */

/** What a value becomes as JSON text. */
export const jsonText = (value: unknown): string => rewritten(JSON.stringify(value));

const DIFFERS = /[\u0085\u2028\u2029]|\d[eE][-+\d]|0\.0000/;
const TOKENS = /("(?:[^"\\]|\\.)*")|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/g;
const ESCAPED = /[\u0085\u2028\u2029]/g;

/** Valid JSON text as Newtonsoft would have written it. */
export function rewritten(text: string): string {
  if (!DIFFERS.test(text)) return text;
  return text.replace(TOKENS, (token, quoted?: string) => (quoted === undefined ? number(token) : escaped(quoted)));
}

const escaped = (text: string): string =>
  text.replace(ESCAPED, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);

function number(token: string): string {
  if (/^[-+]?\d+$/.test(token)) return BigInt(token.replace('+', '')).toString();
  return doubleText(Number(token));
}

/** A double as JSON text: shortest digits, exponents from 15 digits on and below 1E-05; what is no number becomes a string. */
export function doubleText(value: number): string {
  if (!Number.isFinite(value)) return `"${value}"`;
  const [digits = '', power = ''] = value.toExponential().split('e');
  const exponent = Number(power);
  if (exponent >= 15 || exponent < -4) {
    return `${digits}E${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  const text = String(value);
  return text.includes('.') ? text : `${text}.0`;
}

export type Read = { ok: true; text: string } | { ok: false; message: string };

/** Reads a request's text. @returns it in compact form, or what Newtonsoft says is wrong with it */
export function readJson(text: string): Read {
  const reader = new Reader(text);
  try {
    return { ok: true, text: reader.document() };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { ok: false, message: error.message };
  }
}

const LITERALS: Record<string, string> = {
  true: 'true',
  false: 'false',
  null: 'null',
  undefined: 'undefined',
  NaN: '"NaN"',
  Infinity: '"Infinity"',
  '-Infinity': '"-Infinity"',
};

class Reader {
  #text: string;
  #at = 0;
  #path: (string | number)[] = [];

  constructor(text: string) {
    this.#text = text;
  }
  document(): string {
    this.#blank();
    if (this.#at >= this.#text.length) this.#fail('Error reading JToken from JsonReader');
    const value = this.#value();
    this.#blank();
    if (this.#at < this.#text.length) {
      this.#fail(`Additional text encountered after finished reading JSON content: ${this.#text[this.#at]}`);
    }
    return value;
  }
  #value(): string {
    this.#blank();
    const first = this.#text[this.#at];
    if (first === undefined) this.#fail('Unexpected end of content while loading JSON');
    if (first === '{') return this.#object();
    if (first === '[') return this.#array();
    if (first === '"' || first === "'") return escaped(JSON.stringify(this.#string(first)));
    const [word = ''] = /^[-+.\w]+/.exec(this.#text.slice(this.#at, this.#at + 400)) ?? [];
    const literal = LITERALS[word];
    if (literal === undefined && !/^[-+.]?\d/.test(word)) {
      this.#fail(`Unexpected character encountered while parsing value: ${first}`);
    }
    const parsed = literal ?? (Number.isNaN(Number(word)) ? undefined : number(word));
    if (parsed === undefined) this.#fail(`Input string '${word}' is not a valid number`);
    this.#at += word.length;
    return parsed;
  }
  #object(): string {
    const members = new Map<string, string>();
    this.#at++;
    for (;;) {
      this.#blank();
      if (this.#text[this.#at] === '}') break;
      const name = this.#name();
      this.#blank();
      if (this.#text[this.#at] !== ':') {
        this.#fail(
          `Invalid character after parsing property name. Expected ':' but got: ${this.#text[this.#at] ?? ''}`,
        );
      }
      this.#at++;
      this.#path.push(name);
      members.set(name, this.#value());
      if (this.#ends('}')) break;
      this.#path.pop();
    }
    if (members.size > 0) this.#path.pop();
    this.#at++;
    return `{${[...members].map(([name, value]) => `${escaped(JSON.stringify(name))}:${value}`).join(',')}}`;
  }
  #array(): string {
    const items: string[] = [];
    this.#at++;
    for (;;) {
      this.#blank();
      if (this.#text[this.#at] === ']') break;
      this.#path.push(items.length);
      items.push(this.#value());
      const ended = this.#ends(']');
      this.#path.pop();
      if (ended) break;
    }
    this.#at++;
    return `[${items.join(',')}]`;
  }
  /** After a value: at the closing bracket, or past a comma. */
  #ends(bracket: string): boolean {
    this.#blank();
    const next = this.#text[this.#at];
    if (next === bracket) return true;
    if (next === undefined)
      this.#fail(`Unexpected end of content while loading J${bracket === '}' ? 'Object' : 'Array'}`);
    if (next !== ',') this.#fail(`After parsing a value an unexpected character was encountered: ${next}`);
    this.#at++;
    return false;
  }
  #name(): string {
    const first = this.#text[this.#at];
    if (first === '"' || first === "'") return this.#string(first);
    const [word = ''] = /^[\w$]+/.exec(this.#text.slice(this.#at)) ?? [];
    if (word === '') {
      this.#fail(
        first === undefined ? 'Unexpected end when reading JSON' : `Invalid property identifier character: ${first}`,
      );
    }
    this.#at += word.length;
    if (this.#at >= this.#text.length) this.#fail('Unexpected end while parsing unquoted property name');
    return word;
  }
  #string(quote: string): string {
    const from = this.#at++;
    while (this.#text[this.#at] !== quote) {
      if (this.#at >= this.#text.length) this.#fail(`Unterminated string. Expected delimiter: ${quote}`);
      this.#at += this.#text[this.#at] === '\\' ? 2 : 1;
    }
    const body = this.#text.slice(from + 1, this.#at++);
    const plain = body
      .replace(/\\'/g, "'")
      // Control characters and the other kind of quote may stand as they are.
      .replace(/\p{Cc}|\\?"/gu, (one) => (one === '\\"' ? one : JSON.stringify(one).slice(1, -1)));
    try {
      return JSON.parse(`"${plain}"`) as string;
    } catch {
      return this.#fail('Bad JSON escape sequence');
    }
  }
  #blank(): void {
    const rest = /\s*(?:\/\*[\s\S]*?\*\/\s*|\/\/[^\n]*\s*)*/y;
    rest.lastIndex = this.#at;
    rest.exec(this.#text);
    this.#at = rest.lastIndex;
  }
  #fail(what: string): never {
    const before = this.#text.slice(0, this.#at);
    const path = this.#path
      .map((one) => (typeof one === 'number' ? `[${one}]` : `.${one}`))
      .join('')
      .replace(/^\./, '');
    const line = this.#at === 0 ? 0 : before.split('\n').length;
    throw new SyntaxError(
      `${what}. Path '${path}', line ${line}, position ${this.#at - before.lastIndexOf('\n') - 1}.`,
    );
  }
}
