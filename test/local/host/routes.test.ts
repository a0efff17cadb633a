import { describe, expect, test } from 'vitest';
import { parseTemplate } from '../../../local/host/route-template.ts';
import { decodePath } from '../../../local/host/routes.ts';

const no = undefined;

describe('route templates', () => {
  test.each<[string, string, Record<string, string> | undefined]>([
    ['', '/', {}],
    ['', '/a', no],
    ['a/b', '/A/b/', {}],
    ['a/b', '/a', no],
    ['{x}', '/v', { x: 'v' }],
    ['{x}', '/', no],
    ['a/{x?}', '/a', {}],
    ['a/{x?}', '/a/b/c', no],
    ['a/{x=1}', '/a', { x: '1' }],
    ['a/{x:int=1}', '/a/7', { x: '7' }],
    ['a/{x:int=1}', '/a/b', no],
    ['a/{x:int?}', '/a/-5', { x: '-5' }],
    ['a/{x:int}', '/a/99999999999', no],
    ['a/{x:long}', '/a/99999999999', { x: '99999999999' }],
    ['a/{x:bool}', '/a/True', { x: 'True' }],
    ['a/{x:guid}', '/a/0F8FAD5B-D9CB-469F-A165-70867728950E', { x: '0F8FAD5B-D9CB-469F-A165-70867728950E' }],
    ['a/{x:guid}', '/a/1', no],
    ['a/{x:datetime}', '/a/2026-11-21', { x: '2026-11-21' }],
    ['a/{x:alpha:length(2,3)}', '/a/abc', { x: 'abc' }],
    ['a/{x:alpha:length(2,3)}', '/a/abcd', no],
    ['a/{x:minlength(2)}', '/a/a', no],
    ['a/{x:maxlength(2)}', '/a/aaa', no],
    ['a/{x:range(1,9)}', '/a/10', no],
    ['a/{x:min(5)}', '/a/5', { x: '5' }],
    ['a/{x:double}', '/a/1.5e3', { x: '1.5e3' }],
    ['a/{x:regex(^\\d{{2}}/?$)}', '/a/12', { x: '12' }],
    ['a/{x:regex(^\\d{{2}}/?$)}', '/a/123', no],
    ['files/{*rest}', '/files', {}],
    ['files/{*rest}', '/files/a/b', { rest: 'a/b' }],
    ['files/{**rest}', '/files/a//b', { rest: 'a//b' }],
    ['{*path}', '/', {}],
    ['f/{name}.{extension}', '/f/a.b.txt', { name: 'a.b', extension: 'txt' }],
    ['f/{name}.{extension?}', '/f/a', { name: 'a' }],
    ['v{major:int}/x', '/v2/x', { major: '2' }],
    ['a{{b}}', '/a{b}', {}],
    ['a.b+c', '/a.b+c', {}],
    ['a.b', '/aXb', no],
  ])('%s with %s', (template, path, expected) => {
    expect(parseTemplate(template).match(path)).toEqual(expected);
  });

  test.each(['', 'a/{x:int?}', '{x:alpha:length(2,3)}/{*y}', 'f/{name}.{extension?}', 'g/{x:guid}'])(
    '%j matches its own sample',
    (template) => {
      const parsed = parseTemplate(template);
      expect(parsed.match(parsed.sample)).toBeDefined();
    },
  );

  test('an unknown constraint is refused', () => {
    expect(() => parseTemplate('a/{x:nothing}')).toThrow(
      "The constraint reference 'nothing' in the route 'a/{x:nothing}' could not be resolved",
    );
    expect(() => parseTemplate('a/{x')).toThrow(/without its '}'/);
  });
});

test('paths are decoded, but not their encoded slashes', () => {
  expect(decodePath('/a%20b/%C3%BC%2Fc')).toBe('/a b/ü%2Fc');
  expect(decodePath('/%zz')).toBe('/%zz');
});
