/** JSON as the extension stores it; the expectations were taken from its public source, running. */
import { describe, expect, test } from 'vitest';
import { doubleText, jsonText, readJson, rewritten } from '../../../local/durable/newtonsoft.ts';
import { resultText } from '../../../local/durable/typed-data.ts';

describe('reading', () => {
  test.each([
    [' { "a" : 1 , "b" : [ 1,2 ] } ', '{"a":1,"b":[1,2]}'],
    ["{'a':1}", '{"a":1}'],
    ['{a:"it\'s"}', '{"a":"it\'s"}'],
    ['{"a":1/*c*/}', '{"a":1}'],
    ['{"a":1,"a":2}', '{"a":2}'],
    ['[1,2,]', '[1,2]'],
    ['1.0', '1.0'],
    ['1e3', '1000.0'],
    ['12345678901234567890', '12345678901234567890'],
    ['"\\u00e9\\u2028\\ud83d\\ude00<>&\'"', '"é\\u2028😀<>&\'"'],
    ['"2020-01-01T00:00:00.000Z"', '"2020-01-01T00:00:00.000Z"'],
  ])('%s is stored as %s', (given, stored) => {
    expect(readJson(given)).toEqual({ ok: true, text: stored });
  });
  test.each([
    ['', "Error reading JToken from JsonReader. Path '', line 0, position 0."],
    ['nojson', "Unexpected character encountered while parsing value: n. Path '', line 0, position 0."],
    ['{a', "Unexpected end while parsing unquoted property name. Path '', line 1, position 2."],
    ['{"a":1} x', "Additional text encountered after finished reading JSON content: x. Path '', line 1, position 8."],
    ['"a" "b"', `Additional text encountered after finished reading JSON content: ". Path '', line 1, position 4.`],
  ])('%s is refused', (given, message) => {
    expect(readJson(given)).toEqual({ ok: false, message });
  });
  test('says where in a nested value it stopped', () => {
    expect(readJson('{"a":[1,{"b":\n ?}]}')).toMatchObject({
      message: expect.stringContaining("Path 'a[1].b', line 2"),
    });
  });
});

describe('writing', () => {
  test.each([
    [1e-7, '1E-07'],
    [1.5, '1.5'],
    [1000, '1000.0'],
    [0.0001, '0.0001'],
    [0.00001, '1E-05'],
    [1e15, '1E+15'],
    [Number.NaN, '"NaN"'],
    [-Infinity, '"-Infinity"'],
  ])('%d is %s', (value, text) => {
    expect(doubleText(value)).toBe(text);
  });
  test('changes numbers, not digits inside of strings', () => {
    expect(rewritten('{"n":1e-7,"s":"1e-7"}')).toBe('{"n":1E-07,"s":"1e-7"}');
    expect(jsonText({ s: 'a\u2028b' })).toBe('{"s":"a\\u2028b"}');
  });
  test('integers end at 64 bits', () => {
    expect(resultText({ int: '12345678901234567890' })).toBe('9223372036854775807');
    expect(resultText({ int: -5 })).toBe('-5');
  });
});
