/** What an event calls a language: in requests, in the names of machines, in heartbeats. */
export const LANGUAGE = /^[a-z]{2,12}(-[a-z0-9]{2,8})?$/;
