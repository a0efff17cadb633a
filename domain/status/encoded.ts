/** customStatus of the lifecycle: positional and bounded (encode.ts writes it, decode.ts reads it). Opaque to everybody else. */
export interface EncodedStatus {
  /** Version of the encoding. */
  v: 1;
  /** Event state. */
  s: string;
  [key: string]: unknown;
}
