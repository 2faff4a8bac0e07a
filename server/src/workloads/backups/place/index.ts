import type { PlaceSpec } from '../backup-plan.ts'
import { openFolder } from './folder.ts'
import type { Place } from './place.ts'
import { openS3 } from './s3.ts'

export * from './place.ts'

export const openPlace = async (spec: PlaceSpec): Promise<Place> =>
  spec.kind === 'folder' ? openFolder(spec.path) : await openS3(spec)
