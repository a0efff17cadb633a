/** What a template may say of a container group. */
import { z } from 'zod';
import { own } from '../../own.ts';
import { IDENTITIES } from '../../seam/installation.ts';
import { commonShape } from '../../template/schema.ts';
import { type Port, readPort } from './ports.ts';

const port = z.string().superRefine((text, ctx) => {
  const read = readPort(text);
  if (typeof read === 'string') ctx.addIssue({ code: 'custom', message: read });
});

export const schema = z.strictObject({
  ...commonShape,
  kind: z.literal('containers'),
  image: z
    .string()
    .min(1)
    .describe('An image of the installation by name (relay, slides), or a full reference from an allowed registry'),
  cpu: z.number().min(1, 'must be at least 1: Azure gives no group less').max(31).describe('vCPUs'),
  memoryGb: z.number().min(1, 'must be at least 1: Azure gives no group less').max(240).describe('Memory in GB'),
  region: z.string().min(1).optional().describe('Where it runs; where the event is, by default'),
  ports: z
    .record(z.string().regex(/^[a-z][a-zA-Z0-9]{0,19}$/), port)
    .default({})
    .describe('Ports by name: `9998/udp`'),
  environment: z.record(z.string().regex(/^[A-Z][A-Z0-9_]*$/), z.string()).default({}),
  secrets: z
    .record(z.string().regex(/^[A-Z][A-Z0-9_]*$/), z.string())
    .default({})
    .describe('Environment variable -> secret of the template'),
  secretNames: z
    .record(z.string().regex(/^[A-Z][A-Z0-9_]*$/), z.string())
    .default({})
    .describe(
      "Environment variable -> the name that a secret has in the mixers' vault: the program reads it there itself",
    ),
  identities: z
    .array(z.enum(IDENTITIES))
    .min(1)
    .default(['containers'])
    .describe('Whose identities it has; the first pulls the image'),
  health: z
    .union([
      z.strictObject({ http: z.string().startsWith('/'), port: z.string().describe('Name of a TCP port') }),
      z.strictObject({
        heartbeatSeconds: z.number().positive().describe('It has an agent that says so itself'),
        delivers: z
          .boolean()
          .default(false)
          .describe('Given a stream key, it is well at first when its destination has accepted picture and sound'),
      }),
    ])
    .describe('How it is known to be well'),
  control: z
    .strictObject({
      port: z.string().describe('Name of a TCP port'),
      secret: z.string().describe('Secret of the template in the control vault, which the proof is made with'),
    })
    .optional()
    .describe('It takes two presenters, and is told there which of them is to be on air'),
  access: z
    .strictObject({
      port: z.string().describe('Name of a TCP port'),
      secret: z.string().describe('Secret of the template in the control vault, which questions are sealed with'),
    })
    .optional()
    .describe('It says who may publish and play, and takes users there (contract/access.ts)'),
});
export type Rule = z.output<typeof schema>;

/** How a region that is a parameter begins. */
export const PARAMETER = 'parameters.';

export const portsOf = (rule: Rule): Port[] =>
  Object.values(rule.ports).flatMap((text) => {
    const read = readPort(text);
    return typeof read === 'string' ? [] : [read];
  });
export const portOf = (rule: Rule, name: string): Port | undefined => {
  const read = readPort(own(rule.ports, name) ?? '');
  return typeof read === 'string' ? undefined : read;
};
