// No orchestrator hands one task to two yields or compounds, and none does what a replay would do differently.
// A task that reaches a second Task.any/all is scheduled again by the extension (azure-functions-durable-js issues 574, 577,
// 558; recorded in test/fixtures/traces/task-any-reused-*.json). So a task is never stored: the call that makes it stands
// directly under `yield`, or directly in the list of a compound that stands directly under `yield`.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseSync } from '@swc/core';

const TASKS = new Set([
  'callActivity',
  'callActivityWithRetry',
  'callSubOrchestrator',
  'callSubOrchestratorWithRetry',
  'callEntity',
  'callHttp',
  'createTimer',
  'waitForExternalEvent',
  'lock',
]);
const FORBIDDEN = new Set([
  'setTimeout',
  'setInterval',
  'setImmediate',
  'fetch',
  'performance',
  'process',
  'crypto',
  'Promise',
  'queueMicrotask',
]);

/** Name of the property a call goes through: `callActivity` of `context.df.callActivity(...)`. */
const methodOf = (node) =>
  node?.type === 'CallExpression' && node.callee.type === 'MemberExpression' ? node.callee.property.value : undefined;
const isTask = (node) => TASKS.has(methodOf(node));
const isCompound = (node) =>
  ['all', 'any'].includes(methodOf(node)) &&
  node.callee.object.type === 'MemberExpression' &&
  node.callee.object.property.value === 'Task';

/** Whether an expression makes its task here and now. */
function isFresh(node) {
  if (['ParenthesisExpression', 'TsAsExpression'].includes(node?.type)) return isFresh(node.expression);
  if (node?.type === 'ConditionalExpression') return isFresh(node.consequent) && isFresh(node.alternate);
  return isTask(node) || isCompound(node);
}

/** The nearest ancestor that is more than punctuation: parentheses, casts and the branches of a conditional are looked through. */
function place(parents) {
  for (let index = parents.length - 1; index >= 0; index--) {
    const { node, key } = parents[index];
    const transparent =
      ['ParenthesisExpression', 'TsAsExpression', 'TsNonNullExpression'].includes(node.type) ||
      (node.type === 'ConditionalExpression' && key !== 'test');
    if (!transparent) return { node, rest: parents.slice(0, index) };
  }
  return { node: { type: 'none' }, rest: [] };
}

/** Whether what stands here is an item of a compound's list: an array literal, or what a `.map` of fresh tasks returns. */
function inCompound(parents) {
  let { node, rest } = place(parents);
  if (node.type === 'ArrowFunctionExpression') {
    const call = rest.findLast(({ node: each }) => each.type === 'CallExpression');
    if (methodOf(call?.node) !== 'map') return undefined;
    rest = rest.slice(0, rest.indexOf(call));
  } else if (node.type !== 'ArrayExpression') return undefined;
  const compound = rest.findLast(({ node: each }) => each.type === 'CallExpression');
  return isCompound(compound?.node) ? compound.node : undefined;
}

/**
 * What is wrong with an orchestrator's source.
 * @returns {{ line: number, message: string }[]}
 */
export function violations(source) {
  const module = parseSync(source, { syntax: 'typescript', target: 'es2024' });
  const bytes = Buffer.from(source);
  const lineOf = (node) =>
    bytes
      .subarray(0, Math.max(0, node.span.start - module.span.start))
      .toString()
      .split('\n').length;
  const found = [];
  const report = (node, message) => found.push({ line: lineOf(node), message });

  function look(node, parents) {
    if (isTask(node) || isCompound(node)) {
      const name = methodOf(node);
      const compound = isTask(node) ? inCompound(parents) : undefined;
      const yielded = place(parents).node.type === 'YieldExpression';
      if (!yielded && !compound)
        report(node, `${name}: a task stands directly under yield or in a compound's list, it is never stored`);
      if (compound && methodOf(compound) === 'any' && name === 'waitForExternalEvent')
        report(node, 'Task.any with an event wait: the wait that loses swallows a later event');
    }
    if (node.type === 'YieldExpression' && !node.delegate) {
      const fresh = isFresh(node.argument);
      if (!fresh) report(node, 'yield of something that was made elsewhere: it may be yielded twice');
    }
    if (node.type === 'AwaitExpression' || node.async === true)
      report(node, 'async and await: an orchestrator only yields tasks');
    if (node.type === 'NewExpression' && node.callee.value === 'Date' && !(node.arguments?.length > 0))
      report(node, 'new Date(): the clock is context.df.currentUtcDateTime');
    if (node.type === 'MemberExpression' && node.object.type === 'Identifier') {
      const name = `${node.object.value}.${node.property.value}`;
      if (name === 'Date.now' || name === 'Math.random') report(node, `${name}: a replay would see another value`);
    }
    if (node.type === 'Identifier' && FORBIDDEN.has(node.value) && parents.at(-1)?.key !== 'property')
      report(node, `${node.value}: not deterministic`);
  }

  (function walk(node, parents) {
    if (typeof node.type === 'string' && node.span) look(node, parents);
    for (const [key, child] of Object.entries(node)) {
      if (child === null || typeof child !== 'object' || key === 'span') continue;
      const next = typeof node.type === 'string' ? [...parents, { node, key }] : parents;
      for (const each of Array.isArray(child) ? child : [child])
        if (each !== null && typeof each === 'object') walk(each, next);
    }
  })(module, []);
  return found;
}

/** Every orchestrator's source, by path. */
export function orchestrators() {
  const folder = join(dirname(fileURLToPath(import.meta.url)), '..', 'orchestrations');
  return readdirSync(folder)
    .filter((name) => name.endsWith('.ts'))
    .map((name) => ({ path: `orchestrations/${name}`, source: readFileSync(join(folder, name), 'utf8') }));
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const all = orchestrators().flatMap(({ path, source }) =>
    violations(source).map(({ line, message }) => `${path}:${line} ${message}`),
  );
  for (const line of all) console.error(line);
  process.exitCode = all.length > 0 ? 1 : 0;
}
