import { enableCompileCache } from 'node:module'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { freshenWeb } from './web-build.ts'

// `npm start -- --port --host --data`: the server reads the flags itself and handles signals itself.
const root = resolve(import.meta.dirname, '..')
enableCompileCache(resolve(root, 'node_modules/.cache/node'))
await freshenWeb()
await import(pathToFileURL(resolve(root, 'server/src/main.ts')).href)
