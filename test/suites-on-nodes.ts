import { globSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')
const needsNodes = /\bsuite\([^[]*\[[^\]]*'(?:n[123]|swarm|ssh)'/

/** Paths of the suites of lab and browser that need a node, as they say themselves: only one of them can run at a time (see needs.ts). */
export const suitesOnNodes = (): string[] =>
  globSync(['**/*.lab.test.ts', 'test/e2e/**/*.test.ts'], {
    cwd: root,
    exclude: ['**/node_modules', '**/dist', '**/.*'],
  }).filter((path) => needsNodes.test(readFileSync(join(root, path), 'utf8')))
