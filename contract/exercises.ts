/** What people practise on, by name. Imports nothing: the page reads it too. */
export const EXERCISES = [
  'mixer-dies',
  'mixer-unwell',
  'presenter-gone',
  'relay-gone',
  'relay-unwell',
  'no-room',
  'azure-slow',
  'azure-throttles',
] as const;
export type Exercise = (typeof EXERCISES)[number];
