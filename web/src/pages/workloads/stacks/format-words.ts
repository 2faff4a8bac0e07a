import type { Stack } from '@wheelhouse/contract'

export const formatWords: Record<Stack['format'], string> = { wheelhouse: 'wheelhouse', compose: 'Compose' }
