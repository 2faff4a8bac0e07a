import { Failure } from '@wheelhouse/contract'
import nunjucks from 'nunjucks'

type Any = (...args: never[]) => unknown
interface Frame {
  lookup(name: string): unknown
}
interface Context {
  getVariables(): Record<string, unknown>
}
/** What the code that Nunjucks makes of a template calls. The parts that are replaced here; the rest is inherited. */
interface Runtime {
  makeMacro(argNames: string[], kwargNames: string[], func: Any): Any
  callWrap(callee: unknown, name: string, context: unknown, args: never[]): unknown
  memberLookup(from: unknown, key: unknown): unknown
  contextOrFrameLookup(context: Context, frame: Frame, name: string): unknown
  ensureDefined(value: unknown, line: number, column: number): unknown
}
type Root = (environment: unknown, context: unknown, frame: unknown, runtime: unknown, done: unknown) => unknown
export type Compiled = Record<string, Root>

interface Insides {
  readonly runtime: Runtime
  readonly compiler: {
    compile(source: string, asyncFilters: string[], extensions: unknown[], name: string, options: object): string
  }
}
// Their types leave these two out.
const { runtime, compiler } = nunjucks as unknown as Insides

/** Says where a name that has no value is asked for. */
export class NameMissing extends Error {
  readonly template: string
  readonly line: number
  readonly missing: string

  constructor(template: string, line: number, missing: string) {
    super(`${template}, line ${line}: ${missing} has no value.`)
    this.template = template
    this.line = line
    this.missing = missing
  }
}

/**
 * The runtime of one template. Out of the box a template reaches the constructor of any value, and through it everything the process
 * can do. Here a name leads to own data only, never to what is inherited and never to a function, and the one thing that can be
 * called is a macro of a template.
 */
function runtimeFor(template: string, macros: WeakSet<object>, onMissing: (missing: NameMissing) => void): Runtime {
  let asked = ''
  const own = (from: unknown, key: unknown): unknown => {
    if (typeof from === 'string') return key === 'length' || /^\d+$/.test(String(key)) ? from[key as number] : undefined
    if (typeof from !== 'object' || from === null || !Object.hasOwn(from, String(key))) return undefined
    const value = (from as Record<string, unknown>)[String(key)]
    return typeof value === 'function' && !macros.has(value) ? undefined : value
  }
  return Object.assign(Object.create(runtime) as Runtime, {
    makeMacro(argNames, kwargNames, func) {
      const macro = runtime.makeMacro(argNames, kwargNames, func)
      macros.add(macro)
      return macro
    },
    callWrap(callee, name, context, args) {
      if (typeof callee !== 'function' || !macros.has(callee))
        throw new Error(`${name} is no macro. Only macros can be called; use a filter for the rest`)
      return runtime.callWrap(callee, name, context, args)
    },
    memberLookup(from, key) {
      asked += `.${String(key)}`
      return own(from, key)
    },
    contextOrFrameLookup(context, frame, name) {
      asked = name
      const local = frame.lookup(name)
      return local === undefined ? own(context.getVariables(), name) : local
    },
    ensureDefined(value, line) {
      if (value !== undefined && value !== null) return value
      const missing = new NameMissing(template, line + 1, asked)
      onMissing(missing)
      throw missing
    },
  } satisfies Runtime)
}

/** Compiles a template to functions that run with the guarded runtime, whoever calls them. */
export function compileTemplate(
  source: string,
  template: string,
  macros: WeakSet<object>,
  onMissing: (missing: NameMissing) => void,
): Compiled {
  const guarded = runtimeFor(template, macros, onMissing)
  let made: Compiled
  try {
    const code = compiler.compile(source, [], [], template, { throwOnUndefined: true, autoescape: false })
    // oxlint-disable-next-line typescript/no-implied-eval, no-new-func -- this is how Nunjucks runs every template
    made = new Function(code)() as Compiled
  } catch (error) {
    const { lineno, message = '' } = error as { lineno?: number; message?: string }
    const line = lineno ?? Number(/Line (\d+)/.exec(message)?.[1] ?? Number.NaN)
    const where = Number.isFinite(line) ? `${template}, line ${line}` : template
    const why = message.split('\n').at(-1)?.trim() ?? ''
    throw new Failure('CONFIG_INVALID', `${where}: this is no template Nunjucks can read: ${why}.`, { template })
  }
  return Object.fromEntries(
    Object.entries(made).map(([name, run]) => [
      name,
      typeof run !== 'function'
        ? run
        : (environment: unknown, context: unknown, frame: unknown, _runtime: unknown, done: unknown) =>
            run(environment, context, frame, guarded, done),
    ]),
  )
}
