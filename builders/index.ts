import type { Builder } from './builder/index.ts'

/** Every builder by the name a manifest gives it. */
export const builders: ReadonlyMap<string, Builder> = new Map<string, Builder>()
