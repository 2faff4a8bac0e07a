import { enableCompileCache } from 'node:module'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { freshenWeb } from './web-build.ts'

// `npm start -- --port --host --data`: the server reads the flags itself and handles signals itself.
const root = resolve(import.meta.dirname, '..')
const cache = resolve(root, 'node_modules/.cache/node')
enableCompileCache(cache)
// The thread that writes the database finds the cache by this alone. Without it, it would load the TypeScript compiler.
process.env.NODE_COMPILE_CACHE ??= cache
await freshenWeb()
await import(pathToFileURL(resolve(root, 'server/src/main.ts')).href)
