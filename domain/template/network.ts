import { z } from 'zod';
import { overlap, type Range, readCidr, within } from '../request/cidrs.ts';

const cidr = z.string().superRefine((text, ctx) => {
  const range = readCidr(text);
  if (typeof range === 'string') ctx.addIssue({ code: 'custom', message: range });
  else if (!text.includes('/')) ctx.addIssue({ code: 'custom', message: 'must be a range such as 10.42.0.0/16' });
});

const rule = z.strictObject({
  name: z.string().regex(/^[A-Za-z][A-Za-z0-9-]{0,79}$/),
  priority: z.int().min(100).max(4095),
  protocol: z.enum(['udp', 'tcp']),
  ports: z.array(z.string()).min(1).describe('Numbers, or references to ports of components'),
});

const subnet = z.strictObject({
  prefix: cidr,
  delegated: z.literal('containers').optional().describe('To whose service the subnet is delegated'),
  inbound: z.array(rule).default([]).describe('What may come in'),
  operatorPort: z
    .int()
    .min(1)
    .max(65_535)
    .optional()
    .describe("TCP port opened to the request's operatorCidrs, and to nobody else"),
  closed: z.boolean().default(false).describe('Whether neighbours in the network are kept out as well'),
  firstHost: z
    .int()
    .min(4)
    .max(11)
    .optional()
    .describe('Host part of the first machine; Azure keeps the first four addresses'),
});
export type SubnetRule = z.output<typeof subnet>;

/** Names of subnets become names of their security groups: `<subnet>-nsg`. */
const SUBNET = /^[a-z][a-z0-9-]{1,30}$/;

export const networkSchema = z
  .strictObject({
    addressSpace: cidr,
    subnets: z
      .record(z.string().regex(SUBNET, 'must be lower-case letters, digits and hyphens'), subnet)
      .refine((all) => Object.keys(all).length > 0, 'must have at least one subnet'),
  })
  .superRefine(({ addressSpace, subnets }, ctx) => {
    const space = readCidr(addressSpace);
    if (typeof space !== 'object') return;
    const before: [name: string, range: Range][] = [];
    for (const [name, { prefix, firstHost }] of Object.entries(subnets)) {
      const problem = (field: string, message: string) =>
        ctx.addIssue({ code: 'custom', path: ['subnets', name, field], message });
      if (firstHost !== undefined && !prefix.endsWith('.0/24'))
        problem('prefix', 'must be a /24 whose last number is 0');
      const range = readCidr(prefix);
      if (typeof range !== 'object') continue;
      if (!within(space, range)) problem('prefix', 'must lie in addressSpace');
      for (const [other, taken] of before)
        if (overlap(taken, range)) problem('prefix', `must not overlap subnet ${other}`);
      before.push([name, range]);
    }
  });
