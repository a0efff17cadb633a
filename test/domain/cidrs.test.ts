import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseDeployRequest } from '../../domain/request/deploy.ts';
import { parseTemplate } from '../../domain/template/parse.ts';
import { defaults } from './fixtures.ts';

/** The problems of a request with these ranges, as `path: message`. */
const problemsOf = (operatorCidrs: unknown): string[] => {
  const parsed = parseDeployRequest({ event: 'demo', operatorCidrs }, defaults);
  return parsed.ok ? [] : parsed.problems.map(({ path, message }) => `${path}: ${message}`);
};
/** `count` ranges of one size, side by side with gaps. */
const pieces = (count: number, bits: number) => Array.from({ length: count }, (_, n) => `${20 + 4 * n}.0.0.0/${bits}`);

describe('ranges that operators come from', () => {
  test.each([
    [['203.0.113.7']],
    [['203.0.113.7/32', '203.0.113.8/29']],
    [['8.0.0.0/8']],
    [['8.0.0.0/9', '8.128.0.0/9']],
    // What no packet from the internet carries opens nothing to it.
    [['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '203.0.113.0/24']],
    [[]],
  ])('%j is taken', (given) => {
    expect(problemsOf(given)).toEqual([]);
  });

  test.each([
    ['host bits', '203.0.113.7/24', /203\.0\.113\.0\/24/],
    ['host bits in a wide one', '9.1.0.0/8', /9\.0\.0\.0\/8/],
    ['a leading zero', '010.0.0.0/8', /leading zeros/],
    ['a leading zero further on', '10.00.0.0/8', /leading zeros/],
    ['a prefix with a zero before', '10.0.0.0/08', /leading zeros/],
    ['the whole internet', '0.0.0.0/0', /open to the internet/],
    ['the whole internet written otherwise', '0.0.0.0/00', /leading zeros/],
    ['what tools read as everybody', '0.0.0.0', /nobody comes from/],
    ['the same with its prefix', '0.0.0.0/32', /nobody comes from/],
    ['a network that is none', '0.0.0.0/9', /nobody comes from/],
    ['this machine', '127.0.0.1', /nobody comes from/],
    ['broadcast', '255.255.255.255', /nobody comes from/],
    ['half of it', '128.0.0.0/1', /open to the internet/],
    ['more than a /8', '8.0.0.0/7', /open to the internet/],
    ['a prefix too long', '10.0.0.0/33', /IPv4/],
    ['a sign', '10.0.0.0/+8', /IPv4/],
    ['hexadecimal', '0x0a.0.0.0/8', /IPv4/],
    ['three parts', '10.0.0/8', /IPv4/],
    ['one number', '167772160', /IPv4/],
    ['a line break', '10.0.0.0/8\n', /IPv4/],
    ['spaces', ' 10.0.0.0/8', /IPv4/],
    ['a mask', '10.0.0.0/255.0.0.0', /IPv4/],
    ['a service tag', 'Internet', /IPv4/],
    ['anything', '*', /IPv4/],
    ['IPv6', '::/0', /IPv4/],
    ['IPv4 in IPv6', '::ffff:10.0.0.1', /IPv4/],
    ['other digits', '１0.0.0.0/8', /IPv4/],
  ])('%s is refused, with its place', (_what, cidr, why) => {
    const problems = problemsOf(['198.51.100.1', cidr]);
    expect(problems).toEqual([expect.stringMatching(/^operatorCidrs\[1\]: /)]);
    expect(problems[0]).toMatch(why);
  });

  test.each([
    ['both halves', ['0.0.0.0/1', '128.0.0.0/1']],
    ['two /8', ['8.0.0.0/8', '11.0.0.0/8']],
    ['twenty pieces of a /10', pieces(20, 10)],
    ['a /8 and one address', ['8.0.0.0/8', '203.0.113.7']],
    ['the world around private ranges', ['8.0.0.0/8', '10.0.0.0/8', '11.0.0.0/8']],
  ])('%s together are refused', (_what, cidrs) => {
    expect(problemsOf(cidrs).join()).toMatch(/operatorCidrs.*open to the internet/);
  });

  test('what lies in another range is refused, as Azure does', () => {
    expect(problemsOf(['149.173.0.0/16', '149.173.8.27/32'])).toEqual([
      expect.stringMatching(/^operatorCidrs\[1\]: overlaps/),
    ]);
    expect(problemsOf(['203.0.113.7', '203.0.113.7/32'])).toHaveLength(1);
  });
});

test.each([
  ['prefix: 10.42.1.0/24', 'prefix: 10.42.1.7/24', 'network.subnets.containers.prefix'],
  ['prefix: 10.42.1.0/24', 'prefix: 10.42.2.0/25', 'network.subnets.mixers.prefix'],
  ['prefix: 10.42.1.0/24', 'prefix: 10.43.1.0/24', 'network.subnets.containers.prefix'],
  ['prefix: 10.42.2.0/24', 'prefix: 10.42.2.0/25', 'network.subnets.mixers.prefix'],
  ['addressSpace: 10.42.0.0/16', 'addressSpace: 10.42.0.0/08', 'network.addressSpace'],
  ['addressSpace: 10.42.0.0/16', 'addressSpace: 10.42.0.0', 'network.addressSpace'],
  ['prefix: 10.42.2.0/24', 'prefix: 999.42.2.0/24', 'network.subnets.mixers.prefix'],
])('a template with %s changed to %s is refused at %s', (right, wrong, path) => {
  const text = readFileSync(new URL('../../templates/multilingual.yaml', import.meta.url), 'utf8');
  expect(text).toContain(right);
  const parsed = parseTemplate(text.replace(right, wrong));
  expect(parsed.ok ? [] : parsed.problems.map((problem) => problem.path)).toContain(path);
});
