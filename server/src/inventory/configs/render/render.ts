import { Failure } from '@wheelhouse/contract'
import { readState } from '../files/atomic-file.ts'
import { confinedPath } from '../files/confined-path.ts'

/** A template of a manifest. `mode` is octal text such as 0600, which it is unless told. */
export interface TemplateEntry {
  readonly from: string
  readonly to: string
  readonly app?: string | undefined
  readonly mode?: string | undefined
}
/** An app and its folder, relative to that of the manifest: tells which app a file belongs to. */
export interface AppPlace {
  readonly name: string
  readonly path: string
}

/** A file as it would be written. Holds secrets: never log, store or send one; `diffOf` makes what may be seen. */
export interface RenderedFile {
  readonly app: string | null
  readonly from: string
  readonly to: string
  /** Absolute and free of links. */
  readonly path: string
  /** Octal as a number. */
  readonly mode: number
  readonly text: string
  /** The file as it is; null where there is none. */
  readonly before: string | null
  readonly beforeMode: number | null
  readonly secrets: { readonly keys: readonly string[]; readonly values: readonly string[] }
}

export interface RenderInput {
  readonly values: Readonly<Record<string, string>>
  readonly secrets: RenderedFile['secrets']
  readonly environment: string
  readonly stack: string
}

const plain = (path: string): string => path.replace(/^(?:[.]\/)+/, '').replace(/\/+$/, '')

export function appOf(template: TemplateEntry, places: readonly AppPlace[]): string | null {
  if (template.app !== undefined) return template.app
  const to = plain(template.to)
  const holding = places.filter(({ path }) => to.startsWith(`${plain(path)}/`))
  return holding.sort((a, b) => plain(b.path).length - plain(a.path).length)[0]?.name ?? null
}

/** Only those of the apps that were asked for, by name. Throws NOT_FOUND for an app no template belongs to. */
export function chosen(
  templates: readonly TemplateEntry[],
  places: readonly AppPlace[],
  apps: readonly string[] | undefined,
): { template: TemplateEntry; app: string | null }[] {
  const all = templates.map((template) => ({ template, app: appOf(template, places) }))
  if (apps === undefined) return all
  const known = new Set([...places.map(({ name }) => name), ...all.flatMap(({ app }) => app ?? [])])
  const unknown = apps.find((app) => !known.has(app))
  if (unknown !== undefined) {
    const names = [...known].join(', ')
    throw new Failure(
      'NOT_FOUND',
      `There is no app "${unknown}" in the manifest.${names === '' ? '' : ` It has ${names}.`}`,
      {
        kind: 'app',
        id: unknown,
      },
    )
  }
  return all.filter(({ app }) => app !== null && apps.includes(app))
}

/** Renders every template to the file it makes. Nothing is written. */
export async function renderFiles(
  input: RenderInput,
  templates: readonly { template: TemplateEntry; app: string | null }[],
  directory: string,
): Promise<RenderedFile[]> {
  // Loaded at first use: many houses never render, and all would wait for it at the start.
  const { renderTemplate, variablesOf } = await import('./template-engine.ts')
  const { environment, stack } = input
  const variables = variablesOf(input.values, { environment, stack })
  const files: RenderedFile[] = []
  for (const { template, app } of templates) {
    const from = await confinedPath(directory, template.from)
    if ((await readState(from)) === null)
      throw new Failure('NOT_FOUND', `There is no template ${template.from} in ${directory}.`, {
        template: template.from,
      })
    const path = await confinedPath(directory, template.to)
    const twice = files.find((file) => file.path === path)
    if (twice)
      throw new Failure(
        'STACK_INVALID',
        `${twice.from} and ${template.from} both make ${template.to}. Keep one of them.`,
      )
    const text = renderTemplate(from, template.from, variables)
    const old = await readState(path)
    files.push({
      app,
      from: template.from,
      to: template.to,
      path,
      mode: Number.parseInt(template.mode ?? '600', 8),
      text,
      before: old?.bytes.toString('utf8') ?? null,
      beforeMode: old?.mode ?? null,
      secrets: input.secrets,
    })
  }
  return files
}
