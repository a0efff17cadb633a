import { expect, test } from 'vitest';
import { Feeds } from '../../../mixer/light/feeds.ts';

test('a call feeds from its first key frame on; the next takes its place at a key frame of its own', () => {
  const feeds = new Feeds();
  const first = feeds.next();
  expect([first(false), first(true), first(false)]).toEqual([false, true, true]);
  const second = feeds.next();
  expect([second(false), first(true), second(false)]).toEqual([false, true, false]);
  expect([second(true), first(true), first(false), second(false)]).toEqual([true, false, false, true]);
});

test('of two that come one after the other only the newest takes over', () => {
  const feeds = new Feeds();
  const first = feeds.next();
  first(true);
  const second = feeds.next();
  const third = feeds.next();
  expect([second(true), first(false)]).toEqual([false, true]);
  expect([third(true), second(true), first(true)]).toEqual([true, false, false]);
});
