import { usage } from '../failure.ts'

/** Flags of `docker run` that take no value; every other one takes the next word. */
const switches = new Set([
  '--detach',
  '--tty',
  '--interactive',
  '--init',
  '--read-only',
  '--privileged',
  '--rm',
  '--no-healthcheck',
  '--publish-all',
  '--sig-proxy',
  '--oom-kill-disable',
  '--disable-content-trust',
  '--quiet',
])
/** Short ones stand together; the last takes the next word unless it is a switch as well. */
const bundle = /^-[dtiPq]*[^dtiPq]$/

/** What is ours among the words of `docker run`; it may stand anywhere before the image. */
export interface OwnFlags {
  readonly target?: string
  readonly envFiles: readonly string[]
  readonly dryRun: boolean
  /** False: made, not started. */
  readonly start: boolean
}
export interface RunWords {
  /** `docker run …` as words, without what is ours. */
  readonly words: readonly string[]
  readonly own: OwnFlags
}

/** Whether the word takes the next one with it: `-p 80:80`, `--name web`, `-itp 80:80`, not `-it`, `-p80:80`, `--name=web`. */
function takesNext(word: string): boolean {
  if (word.startsWith('--')) return !word.includes('=') && !switches.has(word)
  return bundle.test(word)
}

/** Reads `--target`, `--env-file`, `--dry-run` and `--no-start` out of the flags before the image; the rest is docker's. */
export function readRunWords(given: readonly string[]): RunWords {
  const words: string[] = []
  const own = { envFiles: [] as string[], dryRun: false, start: true, target: undefined as string | undefined }
  for (let at = 0; at < given.length; at++) {
    const word = given[at] ?? ''
    if (word === '--') return done(given.slice(at + 1))
    if (!word.startsWith('-') || word === '-') return done(given.slice(at))
    const [name = '', ...joined] = word.split('=')
    const value = (): string => {
      const text = word.includes('=') ? joined.join('=') : given[++at]
      if (text === undefined || text === '') throw usage(`${name} takes a value.`)
      return text
    }
    if (name === '--target') own.target = value()
    else if (name === '--env-file') own.envFiles.push(value())
    else if (word === '--dry-run') own.dryRun = true
    else if (word === '--no-start') own.start = false
    else if (name === '-o' || name === '--output') throw usage(`${name} stands first: wh run -o json --name web nginx.`)
    else if (takesNext(word)) {
      words.push(word, given[at + 1] ?? '')
      at += 1
    } else words.push(word)
  }
  return done([])

  function done(rest: readonly string[]): RunWords {
    if (rest.length === 0) throw usage('Name an image: wh run --name web -p 8080:80 nginx:1.27.')
    const { target, ...flags } = own
    return { words: [...words, ...rest], own: { ...flags, ...(target === undefined ? {} : { target }) } }
  }
}

/** `-e NAME` alone takes the value that this shell has, as docker does; one it has not is left out. */
export function withShellValues(
  words: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): { readonly words: string[]; readonly missing: string[] } {
  const filled: string[] = []
  const missing: string[] = []
  const fill = (flag: string, text: string): void => {
    if (text.includes('=')) return void filled.push(flag, text)
    const value = environment[text]
    if (value === undefined) missing.push(text)
    else filled.push(flag, `${text}=${value}`)
  }
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? ''
    if (!word.startsWith('-') || word === '-' || word === '--')
      return { words: [...filled, ...words.slice(at)], missing }
    if (word === '-e' || word === '--env') fill(word, words[++at] ?? '')
    else if (word.startsWith('--env=')) fill('--env', word.slice('--env='.length))
    else if (takesNext(word)) {
      filled.push(word, words[at + 1] ?? '')
      at += 1
    } else filled.push(word)
  }
  return { words: filled, missing }
}

const plain = /^[\w@%+=:,./-]+$/

/** Words as one text that a POSIX shell, and the server, splits into the same words. */
export const shellText = (words: readonly string[]): string =>
  words.map((word) => (plain.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`)).join(' ')
