import type { KeptLine } from '@wheelhouse/contract'

/** A kept line said `n` milliseconds after a beginning; its position is its number. */
export const aLine = (n: number, over: Partial<KeptLine> = {}): KeptLine => ({
  at: new Date(Date.parse('2026-11-20T12:00:00.000Z') + n).toISOString(),
  stream: 'stdout',
  level: 'info',
  text: `line ${n}`,
  position: `${n}`,
  sourceId: 'web',
  service: 'shop-web',
  serviceId: 'local:web',
  stack: 'shop',
  targetId: 'local',
  goesOn: false,
  ...over,
})
