import type { Client } from '@wheelhouse/client'
import type { Image, Registry, Target } from '@wheelhouse/contract'
import { Complaint, usage } from './failure.ts'
import { nothingCalled } from './resolve.ts'

/** The engine that is meant: the one that was named, else the only one there is. */
export async function engineFor(client: Client, asked: string | undefined): Promise<Target> {
  const { items } = await client.targets.list({ limit: 1000 })
  if (asked !== undefined) {
    const found = items.find(({ id, name }) => id === asked || name === asked)
    if (found) return found
    throw nothingCalled(
      'target',
      asked,
      items.map(({ name }) => name),
    )
  }
  const engines = items.filter(({ capabilities }) => capabilities.includes('images'))
  const [only, second] = engines
  if (only && !second) return only
  if (!only) throw usage('No target has images. Register an engine with wh targets register.')
  throw usage(`Name the engine with --target: ${engines.map(({ name }) => name).join(', ')}.`)
}

export async function allImages(client: Client, target?: string): Promise<Image[]> {
  const items: Image[] = []
  let cursor: string | undefined
  do {
    const page = await client.images.list({
      limit: 1000,
      ...(target === undefined ? {} : { target }),
      ...(cursor === undefined ? {} : { cursor }),
    })
    items.push(...page.items)
    cursor = page.nextCursor ?? undefined
  } while (cursor)
  return items
}

/** By name, by row id or by the first digits of its id, on one engine or on the only one that has it. */
export async function findImage(client: Client, asked: string, target?: string): Promise<Image> {
  const all = await allImages(client, target)
  const name = /[@:][^/]*$/.test(asked) ? asked : `${asked}:latest`
  const rules: ((image: Image) => boolean)[] = [
    (image) => image.id === asked,
    (image) => image.tags.includes(asked) || image.tags.includes(name) || image.digests.includes(asked),
    (image) => /^(sha256:)?[0-9a-f]{4,64}$/.test(asked) && image.imageId.includes(`:${asked.replace('sha256:', '')}`),
  ]
  const found = rules.map((rule) => all.filter(rule)).find((rows) => rows.length > 0) ?? []
  const [first, second] = found
  if (!first) throw nothingCalled('image', asked, [...new Set(all.flatMap(({ tags }) => tags))])
  if (!second) return first
  throw new Complaint(
    'conflict',
    'AMBIGUOUS',
    `${found.length} engines have ${asked}. Name one with --target.`,
    found.map((image) => `${image.targetName}  ${image.id}`),
  )
}

export async function findRegistry(client: Client, asked: string): Promise<Registry> {
  const { items } = await client.registries.list({ limit: 1000 })
  const found = items.find(({ id, name, address }) => [id, name, address].includes(asked))
  if (found) return found
  throw new Complaint('notFound', 'NOT_FOUND', `There is no registry "${asked}". wh get registries lists them.`)
}
