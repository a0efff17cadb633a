import type { OptionSpecs } from '../core/metadata.ts';

/** What every command takes that asks the durable management API. */
export const DURABLE_OPTIONS = {
  code: {
    type: 'string',
    value: 'KEY',
    env: 'STREAM_CONTROL_DURABLE_KEY',
    description: 'system key of the durable extension, which Azure asks for',
  },
} as const satisfies OptionSpecs;
