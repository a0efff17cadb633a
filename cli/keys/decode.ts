/** Bytes of a file that people saved somehow, as text: UTF-8 with and without mark, and the UTF-16 of Windows editors. */

const BOMS: readonly [bytes: readonly number[], encoding: string][] = [
  [[0xef, 0xbb, 0xbf], 'utf-8'],
  [[0xff, 0xfe], 'utf-16le'],
  [[0xfe, 0xff], 'utf-16be'],
];

/** Without a mark: in UTF-16 every other byte of plain letters is 0. */
function guess(bytes: Uint8Array): string {
  const zeros = (parity: number) => bytes.filter((byte, index) => index % 2 === parity && byte === 0).length;
  const half = bytes.length / 4;
  return zeros(1) > half ? 'utf-16le' : zeros(0) > half ? 'utf-16be' : 'utf-8';
}

/** @returns undefined when the bytes are no text in any of these encodings */
export function decodeText(bytes: Uint8Array): string | undefined {
  const marked = BOMS.find(([mark]) => mark.every((byte, index) => bytes[index] === byte));
  try {
    const text = new TextDecoder(marked?.[1] ?? guess(bytes), { fatal: true }).decode(bytes);
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
}
