import type { Migration } from '@wheelhouse/platform/db'
import { identity } from './0001-identity.ts'
import { observation } from './0002-observation.ts'
import { stacks } from './0003-stacks.ts'
import { certificates } from './0007-certificates.ts'

/** Every migration by its name; they run in the order of the names, once, and are never changed after a release. */
export const migrations: Record<string, Migration> = {
  '0001-identity': identity,
  '0002-observation': observation,
  '0003-stacks': stacks,
  '0007-certificates': certificates,
}
