import type { Memory, Running, Variables } from './place.ts'

/** Says in one sentence why a component cannot be had on this machine; the others come up without it. */
export class Unavailable extends Error {}

/** One real component of the lab. */
export interface Component {
  readonly name: string
  /** Components that must be up before. */
  readonly after?: readonly string[]
  /** Brings it up from nothing and waits until it answers. Throws `Unavailable` when the machine cannot have it. */
  up(memory: Memory): Promise<{ process?: Running; variables: Variables }>
  /** Stops what it started, also what a crash left behind, and removes its data. */
  down(memory: Memory): Promise<void>
  /** True when it is up and answers. */
  answers(memory: Memory): Promise<boolean>
}
