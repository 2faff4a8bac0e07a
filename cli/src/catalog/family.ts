import type { Command } from 'commander'

type Load = () => Promise<{ define(command: Command): void }>

/** A verb of a family written by hand; it stands in for the derived one of the same name. */
export interface HandVerb {
  readonly name: string
  readonly summary: string
  readonly load: Load
}

/** A domain whose derived verbs are joined by some that a person would rather type. */
export interface Family {
  readonly domain: string
  /** The short word; the name of the domain works as well. */
  readonly name: string
  readonly summary: string
  readonly group?: string
  /** What the word does without a verb. */
  readonly bare?: Load
  readonly verbs: readonly HandVerb[]
}

type Definer = (command: Command) => void

/** One definition of a file that holds several; the file is read once the verb was typed. */
export const part =
  <N extends string>(load: () => Promise<Record<N, Definer>>, name: N): Load =>
  async () => ({ define: (await load())[name] })
