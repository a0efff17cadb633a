import { defineCommand } from '../core/command.ts';
import { usageError } from '../core/errors.ts';
import { changeCommand, sendChange } from './change.ts';
import { EVENT_POSITIONAL, eventPath } from './event-argument.ts';

export const extend = changeCommand({
  name: 'extend',
  summary: 'move the end of an event',
  options: {
    ttl: { type: 'string', value: 'DURATION', description: 'new time to live, counted from creation: 36h, 3d' },
    until: { type: 'string', value: 'TIME', description: 'new end (ISO 8601)' },
  },
  examples: ['stream-control extend congress --ttl 36h', 'stream-control extend congress --until 2026-11-23T02:00:00Z'],
  body: (_, { options: { ttl, until } }) => {
    if ((ttl === undefined) === (until === undefined)) throw usageError("'extend' needs one of --ttl and --until");
    return { ...(ttl && { ttl }), ...(until && { until }) };
  },
});

export const scale = defineCommand({
  name: 'scale',
  summary: 'so many of a component that the template counts',
  positionals: [
    { ...EVENT_POSITIONAL, required: true },
    { name: 'COMPONENT', description: 'name of a component with a count', required: true },
    { name: 'COUNT', description: 'how many there shall be', required: true },
  ],
  options: { 'no-wait': { type: 'boolean', description: 'return as soon as it is accepted' } },
  examples: ['stream-control scale congress edge 3'],
  async run(context, { options, positionals: [event = '', component, count = ''] }) {
    if (!/^\d{1,4}$/.test(count)) throw usageError("'scale' needs a number as COUNT, 0 or more");
    return sendChange(context, eventPath(event, '/scale'), { component, count: Number(count) }, !options['no-wait']);
  },
});

export const pauseEvent = changeCommand({
  name: 'pause',
  summary: 'deallocate mixers and stop containers, keeping the event',
  options: {},
  examples: ['stream-control pause congress'],
  body: () => ({}),
});

export const resumeEvent = changeCommand({
  name: 'resume',
  summary: 'bring a paused event back',
  options: {},
  examples: ['stream-control resume congress'],
  body: () => ({}),
});

export const relay = changeCommand({
  name: 'relay',
  summary: 'replace the image of a container group in place; the address stays',
  detail:
    'Its callers see a slate meanwhile; the outcome says for how long at most. When the new image does not serve, the one\nbefore is put back.',
  options: {
    component: {
      type: 'string',
      value: 'NAME',
      description: 'which component (default: the first of the template, the relay)',
    },
    image: {
      type: 'string',
      value: 'REF',
      description: 'image reference (default: what the control plane is set to now)',
    },
  },
  examples: ['stream-control relay congress --image streamcontrol.azurecr.io/relay:2'],
  body: (_, { options: { component, image } }) => ({ ...(component && { component }), ...(image && { image }) }),
});

export const relocate = changeCommand({
  name: 'relocate',
  summary: 'make a degraded event anew in the next of its regions; presenters get new addresses',
  detail:
    'Languages, names, keys and the end stay. What stands in the lost region is removed as soon as Azure allows it.',
  options: {},
  examples: ['stream-control relocate congress'],
  body: () => ({}),
});

export const remediate = defineCommand({
  name: 'remediate',
  summary: 'restart or rebuild one component by hand',
  positionals: [
    { ...EVENT_POSITIONAL, required: true },
    { name: 'COMPONENT', description: 'a component of the event: relay, slides, mixer-LANGUAGE', required: true },
  ],
  options: {
    rung: {
      type: 'string',
      value: 'RUNG',
      choices: ['restart', 'redeploy', 'recreate'],
      description: 'how far to go; the next rung by default',
    },
    'dry-run': { type: 'boolean', description: 'only tell what would be done' },
    'no-wait': { type: 'boolean', description: 'return as soon as it is accepted' },
  },
  examples: ['stream-control remediate congress mixer-french --rung restart'],
  async run(context, { options, positionals: [event = '', component] }) {
    const body = {
      component,
      ...(options.rung && { rung: options.rung }),
      ...(options['dry-run'] && { dryRun: true }),
    };
    return sendChange(context, eventPath(event, '/remediate'), body, !options['no-wait']);
  },
});
