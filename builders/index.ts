import type { Builder } from './builder/index.ts'
import { flutter } from './flutter/index.ts'
import { image } from './image/index.ts'
import { laravel } from './laravel/index.ts'
import { node } from './node/index.ts'
import { nuxt } from './nuxt/index.ts'
import { python } from './python/index.ts'
import { staticFiles } from './static/index.ts'

const all: readonly Builder[] = [laravel, nuxt, flutter, python, node, image, staticFiles]

/**
 * Every builder by the name a manifest gives it. From the particular to the general: the first whose `detect` says yes is the
 * likeliest, for a Nuxt app is a Node.js app too.
 */
export const builders: ReadonlyMap<string, Builder> = new Map(all.map((builder) => [builder.name, builder]))
