import type { Image } from '@wheelhouse/contract'

export interface ImageQuery {
  readonly q?: string | undefined
  readonly use?: 'used' | 'unused' | 'dangling' | undefined
  readonly sort?: 'name' | 'size' | 'created' | 'target' | undefined
}

const nameOf = (image: Image): string => image.tags[0] ?? `~${image.imageId}`
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
const byName = (a: Image, b: Image): number => compare(nameOf(a), nameOf(b)) || compare(a.id, b.id)
const orders: Record<NonNullable<ImageQuery['sort']>, (a: Image, b: Image) => number> = {
  name: byName,
  size: (a, b) => b.sizeBytes - a.sizeBytes || byName(a, b),
  created: (a, b) => compare(b.createdAt, a.createdAt) || byName(a, b),
  target: (a, b) => compare(a.targetName, b.targetName) || byName(a, b),
}
const uses: Record<NonNullable<ImageQuery['use']>, (image: Image) => boolean> = {
  used: ({ usedBy }) => usedBy.length > 0,
  unused: ({ usedBy }) => usedBy.length === 0,
  dangling: ({ tags, usedBy }) => tags.length === 0 && usedBy.length === 0,
}

const haystack = ({ tags, imageId, usedBy, targetName }: Image): string =>
  [...tags, imageId, targetName, ...usedBy.map(({ name }) => name)].join(' ').toLowerCase()

export function listImages(rows: readonly Image[], { q, use, sort }: ImageQuery): Image[] {
  const text = q?.toLowerCase() ?? ''
  return rows
    .filter((image) => (use === undefined || uses[use](image)) && haystack(image).includes(text))
    .toSorted(orders[sort ?? 'name'])
}
