/**
 * What this process cannot do at the moment, in words, by what it is about. It is on `globalThis`, where the app finds it
 * (`troubles` of its ports) and shows it in its health: an operator looks there, not into the log of a process.
 */
const TROUBLES = Symbol.for('stream-control.troubles');
const globals = globalThis as { [TROUBLES]?: Map<string, string> };

/** @param text undefined when it is over */
export function trouble(about: string, text: string | undefined): void {
  globals[TROUBLES] ??= new Map();
  if (text === undefined) globals[TROUBLES].delete(about);
  else globals[TROUBLES].set(about, text);
}

/** Why something could not be written, and what to do about it. */
export function whyNotWritten(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const full = code === 'ENOSPC' || code === 'EDQUOT' || /\b(?:disk|database) (?:or disk )?is full\b/i.test(message);
  return full ? 'the disk is full: make room' : `${message}: see to the disk`;
}
