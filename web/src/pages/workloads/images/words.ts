import type { Image, images, OutputOf } from '@wheelhouse/contract'
import type { GlyphState } from '../../../ui/state/glyph.tsx'

export type ImageDetail = OutputOf<(typeof images)['get']>

export const shortId = ({ imageId }: Pick<Image, 'imageId'>): string => imageId.replace('sha256:', '').slice(0, 12)

/** Its first name, or the start of its id. */
export const nameOf = (image: Pick<Image, 'imageId' | 'tags'>): string => image.tags[0] ?? shortId(image)

export const targetOf = (id: string): string => id.slice(0, id.lastIndexOf(':'))

type Newer = NonNullable<Image['newer']>['state']
export const newerWords: Record<Newer, string> = {
  current: 'up to date',
  newer: 'newer in the registry',
  unknown: 'not known',
}
export const newerGlyph: Record<Newer, GlyphState> = { current: 'succeeded', newer: 'degraded', unknown: 'unknown' }

/** Nothing uses it and nothing is kept with it. */
export const mayGo = ({ usedBy, kept }: Pick<Image, 'usedBy' | 'kept'>): boolean => usedBy.length === 0 && kept === null

export const isReference = (text: string): boolean => /^[a-z0-9][\w.:/@-]{0,399}$/i.test(text)
