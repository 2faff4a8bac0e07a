import type { timeline } from '@wheelhouse/contract'
import type { Handlers } from '../../dispatch/index.ts'
import { axis } from './axis.ts'
import { compare } from './compare.ts'
import type { AxisRoom } from './room.ts'

/** One axis for all that happened to something, and two stretches of it side by side. */
export const axisHandlers = (room: AxisRoom): Pick<Handlers<typeof timeline>, 'axis' | 'compare'> => ({
  axis: axis(room),
  compare: compare(room),
})
