/** Fails the orchestration at once, not just one task of it: what the extension validates before it awaits. */
export class Fatal extends Error {}
