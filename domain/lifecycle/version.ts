/**
 * Version of the reducer that new lifecycles are started with. Raised by the first change of anything in the reducer after a
 * version was released (docs/reducer-versions.md); test/repository/frozen.test.ts says when.
 */
export const REDUCER_VERSION = 2;
