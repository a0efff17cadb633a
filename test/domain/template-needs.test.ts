import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Installation } from '../../domain/seam/installation.ts';
import { missingSettings, onlyNeeded } from '../../domain/template/needs.ts';
import { parseTemplate } from '../../domain/template/parse.ts';
import { APP_DIR } from '../system/world.ts';

const installation = {} as Installation;
function templateOf(name: string) {
  const parsed = parseTemplate(readFileSync(`${APP_DIR}/templates/${name}.yaml`, 'utf8'));
  if (!parsed.ok) throw new Error(`${name} is no template`);
  return parsed.template;
}

test('only what a template refers to is needed', () => {
  expect(missingSettings(templateOf('stream-server'), installation)).toEqual(['USERS_TABLE_URL']);
  expect(missingSettings(templateOf('stream-server'), { ...installation, usersTable: 'https://a/users' })).toEqual([]);
  expect(missingSettings(templateOf('multilingual'), installation)).toEqual([]);
});

test('an event knows of the installation what its template refers to', () => {
  const whole = { ...installation, publicUrl: 'https://p', usersTable: 'https://a/users' };
  expect(onlyNeeded(templateOf('stream-server'), whole)).toEqual(whole);
  expect(onlyNeeded(templateOf('multilingual'), whole)).toEqual({ publicUrl: 'https://p' });
});
