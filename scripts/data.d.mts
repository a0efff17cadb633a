/** Folders with data that the app reads at run time, from the root of the repository. */
export function data(): string[];
