import { Failure } from '@wheelhouse/contract'
import nunjucks from 'nunjucks'
import { readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { isInside } from '../files/confined-path.ts'
import { type Compiled, compileTemplate, type NameMissing } from './template-runtime.ts'

const largestTemplate = 1_000_000
/** Text and numbers only. Filters that take the name of a member are left out: they look it up by themselves, unguarded. */
const filters = new Set(
  'abs batch capitalize center d default e escape first float forceescape indent int join last length list lower nl2br replace reverse round safe slice string striptags title trim truncate upper urlencode wordcount'.split(
    ' ',
  ),
)

interface Source {
  readonly src: unknown
  readonly path: string
  readonly noCache: true
}

/** Finds templates in one folder and below it, and nowhere else. */
class FolderLoader extends nunjucks.Loader {
  readonly #folder: string
  readonly #compile: (source: string, name: string) => Compiled

  constructor(folder: string, compile: (source: string, name: string) => Compiled) {
    super()
    this.#folder = folder
    this.#compile = compile
  }

  getSource(name: string): Source {
    const refused = (why: string): Failure =>
      new Failure('POLICY_REFUSED', `The template ${name} ${why}.`, { template: name })
    if (name.startsWith('/') || name.split(/[/\\]/).includes('..') || name.includes('\0'))
      throw refused('is outside the folder of the one that includes it')
    let path: string
    try {
      path = realpathSync(join(this.#folder, name))
    } catch {
      throw new Failure('NOT_FOUND', `There is no template ${name} in ${this.#folder}.`, { template: name })
    }
    if (!isInside(path, this.#folder)) throw refused('is outside the folder of the one that includes it')
    const { size } = statSync(path)
    if (size > largestTemplate) throw refused(`has ${size} bytes; ${largestTemplate} is the most`)
    const source = readFileSync(path, 'utf8').replace(/^\uFEFF/, '')
    return { src: { type: 'code', obj: this.#compile(source, name) }, path: name, noCache: true }
  }
}

/** The names a template may use: as in the file, in lower case, and under `config`. What the file itself says wins. */
export function variablesOf(
  values: Readonly<Record<string, string>>,
  more: Readonly<Record<string, string>> = {},
): object {
  const lower = Object.entries(values).map(([key, value]) => [key.toLowerCase(), value] as const)
  const config = Object.assign(Object.create(null) as Record<string, string>, values)
  return { ...more, ...Object.fromEntries(lower), ...values, config }
}

/**
 * The text that a template makes of the values. `path` is real. Throws CONFIG_INVALID naming template, line and the name that has
 * no value; POLICY_REFUSED for an include that leads out of the template's folder.
 */
export function renderTemplate(path: string, shown: string, variables: object): string {
  const folder = dirname(path)
  const macros = new WeakSet<object>()
  // A list, as what is thrown inside comes out wrapped and without its kind.
  const thrown: (Failure | NameMissing)[] = []
  const nameOf = (name: string): string => (name === relative(folder, path) ? shown : name)
  const compile = (source: string, name: string): Compiled =>
    compileTemplate(source, nameOf(name), macros, (missing) => thrown.push(missing))
  const loader = new FolderLoader(folder, (source, name) => {
    try {
      return compile(source, name)
    } catch (error) {
      if (error instanceof Failure) thrown.push(error)
      throw error
    }
  })
  const getSource = loader.getSource.bind(loader)
  loader.getSource = (name) => {
    try {
      return getSource(name)
    } catch (error) {
      if (error instanceof Failure) thrown.push(error)
      throw error
    }
  }
  const environment = new nunjucks.Environment(loader as nunjucks.ILoader, {
    autoescape: false,
    throwOnUndefined: true,
  })
  const inside = environment as unknown as { filters: Record<string, unknown>; globals: Record<string, unknown> }
  inside.globals = {}
  inside.filters = Object.fromEntries(Object.entries(inside.filters).filter(([name]) => filters.has(name)))
  try {
    return environment.render(relative(folder, path), variables)
  } catch (error) {
    const first = thrown[0]
    if (first instanceof Failure) throw first
    if (first) {
      throw new Failure(
        'CONFIG_INVALID',
        `${first.message} Set it in the config, or write {{ ${first.missing} | default('…') }}.`,
        { template: first.template, line: first.line, name: first.missing },
      )
    }
    const message = error instanceof Error ? error.message : ''
    const line = /Line (\d+)/.exec(message)?.[1]
    const why =
      message
        .split('\n')
        .at(-1)
        ?.trim()
        .replace(/^Error: /, '')
        .slice(0, 200) ?? ''
    throw new Failure('CONFIG_INVALID', `${shown}${line ? `, line ${line}` : ''}: ${why}.`, { template: shown })
  }
}
