import type { z } from 'zod'

/** One program to run. No shell: argv as it is. */
export interface BuildStep {
  /** What people read while it runs, such as "composer install". */
  readonly title: string
  readonly argv: readonly [string, ...string[]]
  /** Relative to the app; the app itself unless told. */
  readonly directory?: string
  readonly environment?: Readonly<Record<string, string>>
  /** It changes a database: a rollback has to say so. `nothingDone` found in its output tells that it did not. */
  readonly migrates?: { readonly nothingDone: RegExp }
  /** What undoes it when a later step of the release fails; absent where nothing has to be undone. */
  readonly undo?: readonly [string, ...string[]]
}

/** A program a builder needs, and how a person gets it. */
export interface Tool {
  readonly name: string
  /** Prints its version to stdout or stderr, or where it is if nothing but that can be asked. */
  readonly argv: readonly [string, ...string[]]
  /** First group: the version. */
  readonly version: RegExp
  /** Least version, such as 8.1; null for any. */
  readonly minimum: string | null
  /** A sentence: how to get it. */
  readonly fix: string
}

/** What preflight has to find before a build can work. */
export interface Needs {
  readonly tools: readonly Tool[]
  /** Extensions of PHP, as `php -m` spells them. */
  readonly phpExtensions: readonly string[]
  /** Files that must be in the app, each with the sentence that says what to do. */
  readonly files: readonly { readonly path: string; readonly fix: string }[]
  /** Free disk that a build takes, a guess. */
  readonly diskBytes: number
}

/** What the engine builds an image from. */
export interface ImageBuild {
  /** Absolute folder of the context. */
  readonly context: string
  /** Relative to the context. */
  readonly dockerfile: string
  readonly target: string | null
  readonly args: Readonly<Record<string, string>>
  readonly labels: Readonly<Record<string, string>>
  readonly tag: string
  readonly pull: boolean
  readonly noCache: boolean
  readonly network: string | null
  readonly cacheFrom: readonly string[]
}

/** What a build may use. Everything printed goes through `log`, secrets masked by the caller. */
export interface BuildContext {
  /** Absolute: a private copy of the app's source. A builder may write in it and nowhere else. */
  readonly directory: string
  /** Absolute: kept from one build of this app to the next. */
  readonly cache: string
  readonly app: string
  readonly stack: string
  /** Of the build, such as NUXT_PUBLIC_API; values of `secrets` are masked in what is printed. */
  readonly environment: Readonly<Record<string, string>>
  readonly secrets: Readonly<Record<string, string>>
  readonly signal: AbortSignal
  log(stream: 'stdout' | 'stderr' | 'system', text: string): void
  /** Runs one step to its end, output to `log`; throws `BuildFailed` with the last lines for a code other than 0. */
  run(step: BuildStep): Promise<void>
  /** Null where no target of the deployment has an engine. Answers the id of the image, and the tag it is kept under where that is another. */
  readonly buildImage:
    | ((build: ImageBuild) => Promise<{ readonly id: string; readonly sizeBytes: number; readonly tag?: string }>)
    | null
}

/** What a build leaves: a folder to be kept by its content, or an image on the engine. */
export type Built =
  | {
      readonly kind: 'directory'
      /** Absolute, inside the context's directory. */
      readonly directory: string
      /** Globs as those of `ignore`, relative to `directory`. */
      readonly exclude: readonly string[]
    }
  | { readonly kind: 'image'; readonly id: string; readonly tag: string; readonly sizeBytes: number }

/**
 * Makes one kind of app. `options` is what stands under `options:` in the manifest; parsed by `schema` before anything else is
 * called. All but `build` and `detect` are pure. `files` are the names at the top of the app's folder, which decide between lock
 * files and the like; where the caller does not know them, the usual ones are taken for granted.
 */
export interface Builder<O = unknown> {
  readonly name: string
  readonly title: string
  readonly schema: z.ZodType<O>
  needs(options: O, files?: readonly string[]): Needs
  /**
   * Left out of the private copy of the source: what the build makes anew anyway. Globs relative to the app as `path.matchesGlob`
   * knows them; a folder that matches is left out with all it holds.
   */
  ignore(options: O): readonly string[]
  /** The programs a build runs, in order: shown in a plan, and tested where the tools cannot be had. */
  steps(options: O, environment: Readonly<Record<string, string>>, files?: readonly string[]): readonly BuildStep[]
  build(options: O, context: BuildContext): Promise<Built>
  /** Unless the manifest names its own. */
  tests(options: O): readonly BuildStep[]
  /** Run in the app's folder of the release, with its config in place, before its services start: migrations, caches. */
  release(options: O): readonly BuildStep[]
  /** True where the folder looks like an app of this kind; the wizard asks. */
  detect(directory: string): Promise<boolean>
  /** A command that serves the built folder, where a service names none; `{port}` stands for its port. */
  serve?(options: O): readonly [string, ...string[]]
}

/** A step ended badly. `output` is its last lines, secrets masked. */
export class BuildFailed extends Error {
  readonly step: string
  readonly exitCode: number | null
  readonly output: string

  constructor(step: string, exitCode: number | null, output: string, why?: string) {
    super(why ?? `${step} ended with ${exitCode === null ? 'a signal' : `code ${exitCode}`}`)
    this.name = 'BuildFailed'
    this.step = step
    this.exitCode = exitCode
    this.output = output
  }
}
