/**
 * Which of several calls feeds the stream to the destination: the newest takes the place of the one before at its first key frame, so
 * that nothing is missed between them.
 */
export class Feeds {
  #newest: object | undefined;
  #on: object | undefined;

  /** A new call: asked of each of its units whether it goes on, and whether decoding can begin with it. */
  next(): (key: boolean) => boolean {
    const me = {};
    this.#newest = me;
    return (key) => {
      if (key && this.#newest === me) this.#on = me;
      return this.#on === me;
    };
  }
}
