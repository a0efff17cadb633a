/** Milliseconds without a word after which what is shown counts as old, and the stream as cut (contract/api/live.ts has the server's part: a tick each second). */
export const SILENT = 2_700;
