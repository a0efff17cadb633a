/** What a user of a stream server may do. Apart from contract/access.ts, so that the page carries no validator. */

/** publish: sends to its one path. read: plays its paths. admin: both, everywhere. */
export const ACCESS_ROLES = ['publish', 'read', 'admin'] as const;
export type AccessRole = (typeof ACCESS_ROLES)[number];
