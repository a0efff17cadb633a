/** Action Message Format 0 (Adobe, amf0-file-format-specification): as much of it as RTMP's commands are made of. */

export type Amf = number | boolean | string | null | undefined | { [key: string]: Amf };

const NUMBER = 0;
const BOOLEAN = 1;
const STRING = 2;
const OBJECT = 3;
const NULL = 5;
const UNDEFINED = 6;
const ECMA_ARRAY = 8;
const OBJECT_END = 9;
/** Objects within objects, of a stranger's making. */
const DEEPEST = 8;

const text = (value: string): Buffer => {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
};
function written(value: Amf): Buffer {
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(9);
    bytes.writeDoubleBE(value, 1);
    return bytes;
  }
  if (typeof value === 'boolean') return Buffer.from([BOOLEAN, Number(value)]);
  if (typeof value === 'string') return Buffer.concat([Buffer.from([STRING]), text(value)]);
  if (value === null) return Buffer.from([NULL]);
  if (value === undefined) return Buffer.from([UNDEFINED]);
  const fields = Object.entries(value).flatMap(([key, one]) => [text(key), written(one)]);
  return Buffer.concat([Buffer.from([OBJECT]), ...fields, Buffer.from([0, 0, OBJECT_END])]);
}
export const encode = (...values: Amf[]): Buffer => Buffer.concat(values.map(written));

/** Reads values until the end, or until one that is not of these kinds. */
export function decode(bytes: Buffer): Amf[] {
  const reader = new Reader(bytes);
  const values: Amf[] = [];
  try {
    while (reader.more) values.push(reader.value(0));
  } catch {
    // What came before it counts.
  }
  return values;
}

class Reader {
  readonly #bytes: Buffer;
  #at = 0;
  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }
  get more(): boolean {
    return this.#at < this.#bytes.length;
  }
  value(depth: number): Amf {
    const kind = this.#bytes.readUInt8(this.#at++);
    if (kind === NUMBER) {
      this.#at += 8;
      return this.#bytes.readDoubleBE(this.#at - 8);
    }
    if (kind === BOOLEAN) return this.#bytes.readUInt8(this.#at++) !== 0;
    if (kind === STRING) return this.#text();
    if (kind === NULL) return null;
    if (kind === UNDEFINED) return undefined;
    if (kind === ECMA_ARRAY) this.#at += 4;
    else if (kind !== OBJECT) throw new RangeError('no such kind');
    if (depth === DEEPEST) throw new RangeError('too deep');
    const fields = new Map<string, Amf>();
    for (let key = this.#text(); this.#bytes.readUInt8(this.#at) !== OBJECT_END; key = this.#text())
      fields.set(key, this.value(depth + 1));
    this.#at++;
    return Object.fromEntries(fields);
  }
  #text(): string {
    const length = this.#bytes.readUInt16BE(this.#at);
    this.#at += 2 + length;
    if (this.#at > this.#bytes.length) throw new RangeError('cut off');
    return this.#bytes.toString('utf8', this.#at - length, this.#at);
  }
}
