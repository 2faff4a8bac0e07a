/** Lets callers at the same time share one `make` a key; one that fails is not kept. */
export class Remembering {
  readonly #making = new Map<string, Promise<unknown>>()

  share<T>(key: string, make: () => Promise<T>): Promise<T> {
    const known = this.#making.get(key)
    if (known) return known as Promise<T>
    const making = (async () => await make())().finally(() => this.#making.delete(key))
    this.#making.set(key, making)
    return making
  }
}
