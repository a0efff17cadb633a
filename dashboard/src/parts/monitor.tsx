/** Place of a language's small picture; there until previews come through the control plane. */
export function Monitor(_what: { language: string; name: string }) {
  return null;
}
