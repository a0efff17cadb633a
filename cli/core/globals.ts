import type { OptionSpecs } from './metadata.ts';

const url = (value: string): string | undefined =>
  /^https?:\/\//.test(value) && URL.canParse(value) ? undefined : 'must be an http or https URL';

/** Options that every command takes. */
export const GLOBAL_OPTIONS = {
  url: {
    type: 'string',
    value: 'URL',
    env: 'STREAM_CONTROL_URL',
    description: 'control plane to talk to (default http://127.0.0.1:7071)',
    check: url,
  },
  token: {
    type: 'string',
    value: 'TOKEN',
    env: 'STREAM_CONTROL_TOKEN',
    description: 'bearer token, where the control plane asks for one',
  },
  scope: {
    type: 'string',
    value: 'SCOPE',
    env: 'STREAM_CONTROL_SCOPE',
    description: 'sign in with Entra ID for this scope (api://APP_ID/.default) instead of --token',
  },
  output: {
    type: 'string',
    short: 'o',
    value: 'FORMAT',
    choices: ['table', 'json', 'yaml', 'none'],
    description: 'format of the result on stdout (default table)',
  },
  progress: {
    type: 'string',
    value: 'KIND',
    choices: ['auto', 'bars', 'plain', 'json', 'none'],
    description: 'progress on stderr: bars on a terminal and plain lines elsewhere by default',
  },
  timeout: {
    type: 'string',
    value: 'SECONDS',
    env: 'STREAM_CONTROL_TIMEOUT',
    description: 'how long to wait for an answer to one request (default 60)',
    check: (value) => (Number(value) > 0 ? undefined : 'must be a number of seconds above 0'),
  },
  help: { type: 'boolean', short: 'h', description: 'show help' },
} as const satisfies OptionSpecs;

/** Seconds. */
export const DEFAULT_TIMEOUT = 60;
export const DEFAULT_URL = 'http://127.0.0.1:7071';
