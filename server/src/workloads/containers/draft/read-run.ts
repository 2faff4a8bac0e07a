import { ContainerDraft, Failure } from '@wheelhouse/contract'
import { type RunFlag, runFlags } from './run-flags.ts'
import { shellWords } from './shell-words.ts'

const byLong = new Map(runFlags.map((flag) => [flag.name, flag]))
const byShort = new Map(runFlags.flatMap((flag) => (flag.short ? [[flag.short, flag] as const] : [])))

function wordsOf(command: string): string[] {
  let words: string[]
  try {
    words = shellWords(command)
  } catch (error) {
    throw refused(`${(error as Error).message}. Give the command as it is typed into a shell`)
  }
  const start = words.findIndex(
    (word, at) => /^(docker|podman)$/.test(word) && /^(run|create|container)$/.test(words[at + 1] ?? ''),
  )
  if (start < 0) throw refused('it is no docker run. Begin with docker run')
  const rest = words.slice(start + 1)
  return rest[0] === 'container' ? rest.slice(2) : rest.slice(1)
}

const refused = (why: string): Failure =>
  new Failure('VALIDATION_FAILED', `command: ${why}.`, { fields: [{ field: 'command', message: why }] })

/** Reads the flags before the image; `rest` is image and command. Short switches may stand together, as in -it. */
function readFlags(
  words: readonly string[],
  problems: string[],
): { fields: Partial<ContainerDraft>; rest: readonly string[] } {
  const fields: Partial<ContainerDraft> = {}
  const apply = (flag: RunFlag, text: string): void => {
    try {
      flag.read(fields, text)
    } catch (error) {
      problems.push(`${(error as Error).message}.`)
    }
  }
  let at = 0
  for (; at < words.length; at++) {
    const word = words[at] ?? ''
    if (word === '--') return { fields, rest: words.slice(at + 1) }
    if (!word.startsWith('-') || word === '-') break
    if (word.startsWith('--')) {
      const [name = '', ...joined] = word.slice(2).split('=')
      const flag = byLong.get(name)
      const given = joined.length > 0 ? joined.join('=') : null
      if (!flag) {
        problems.push(`--${name} cannot be said in a form; it is left out.`)
        // Nobody knows whether it takes a value: a word that looks like one goes with it only when the flag is not the last.
        if (given === null && !(words[at + 1] ?? '-').startsWith('-') && at + 2 < words.length) at += 1
      } else if (flag.takes === 'nothing') {
        if (given !== 'false') apply(flag, '')
      } else apply(flag, given ?? words[++at] ?? '')
      continue
    }
    at = readShort(words, at, apply, problems)
  }
  return { fields, rest: words.slice(at) }
}

/** Answers the place of the last word it took. */
function readShort(
  words: readonly string[],
  at: number,
  apply: (flag: RunFlag, text: string) => void,
  problems: string[],
): number {
  const letters = (words[at] ?? '').slice(1)
  for (let place = 0; place < letters.length; place++) {
    const flag = byShort.get(letters[place] ?? '')
    if (!flag) {
      problems.push(`-${letters[place]} cannot be said in a form; it is left out.`)
    } else if (flag.takes === 'nothing') apply(flag, '')
    else {
      const joined = letters.slice(place + 1).replace(/^=/, '')
      apply(flag, joined === '' ? (words[at + 1] ?? '') : joined)
      return joined === '' ? at + 1 : at
    }
  }
  return at
}

/** A `docker run` as the form of a container, and what of it a form cannot say. Throws VALIDATION_FAILED. */
export function draftOfCommand(command: string): { draft: ContainerDraft; problems: string[] } {
  const problems: string[] = []
  const { fields, rest } = readFlags(wordsOf(command), problems)
  const [image, ...argv] = rest
  if (image === undefined) throw refused('it names no image')
  const name = fields.name ?? nameFor(image)
  const read = ContainerDraft.safeParse({ ...fields, name, image, ...(argv.length > 0 ? { command: argv } : {}) })
  if (!read.success) {
    const [issue] = read.error.issues
    throw refused(`${issue?.path.join('.') ?? 'a flag'} does not fit: ${issue?.message ?? 'it cannot be read'}`)
  }
  return { draft: read.data, problems }
}

/** `registry/team/web:1` is called `web`. */
const nameFor = (image: string): string =>
  (image.split('@')[0] ?? '')
    .replace(/:[^/:]*$/, '')
    .split('/')
    .at(-1)
    ?.replace(/[^\w.-]/g, '-') || 'container'
