import type { images, OutputOf } from '@wheelhouse/contract'

/** One image on one engine, as it is answered whole. */
export type ImageDetail = OutputOf<(typeof images)['get']>
