import { Failure, type Widget, type WidgetContent, type WidgetData } from '@wheelhouse/contract'
import type { CallContext } from '../../dispatch/index.ts'
import type { Shown, WidgetRoom } from './room.ts'
import { actions } from './widgets/actions.ts'
import { chart, stat } from './widgets/numbers.ts'
import { alertList, eventList, healthList, kept } from './widgets/observed.ts'
import { table } from './widgets/tables.ts'
import { topology } from './widgets/topology.ts'

const atOnce = 6
const patienceMs = 15_000

/** Fills widgets, a few beside each other; one that fails, or takes too long, says so and leaves the others alone. */
export async function dataOf(
  room: WidgetRoom,
  widgets: readonly Widget[],
  shown: Shown,
  context: CallContext,
): Promise<WidgetData[]> {
  const found: WidgetData[] = []
  let next = 0
  const work = async (): Promise<void> => {
    for (let index = next++; index < widgets.length; index = next++) {
      const widget = widgets[index]!
      found[index] = await one(room, widget, ownTime(widget, shown), context)
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, widgets.length) }, work))
  return found
}

function ownTime({ spec }: Widget, { fromMs, toMs }: Shown): Shown {
  const rangeMs = 'rangeMs' in spec ? spec.rangeMs : undefined
  return rangeMs === undefined ? { fromMs, toMs } : { fromMs: toMs - rangeMs, toMs }
}

async function one(room: WidgetRoom, widget: Widget, shown: Shown, context: CallContext): Promise<WidgetData> {
  const began = performance.now()
  const late = AbortSignal.timeout(patienceMs)
  const signal = AbortSignal.any([context.signal, late])
  const took = (): number => Math.round(performance.now() - began)
  try {
    const content = await Promise.race([contentOf(room, widget, shown, { ...context, signal }), overdue(late)])
    return { id: widget.id, content, error: null, tookMs: took() }
  } catch (error) {
    return { id: widget.id, content: null, error: wordsOf(room, error), tookMs: took() }
  }
}

const overdue = (late: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    late.addEventListener('abort', () => reject(new Failure('TIMED_OUT', 'It took too long. Show less time in it.')), {
      once: true,
    })
  })

function wordsOf(room: WidgetRoom, error: unknown): NonNullable<WidgetData['error']> {
  if (error instanceof Failure) return { errorCode: error.code, message: error.message }
  room.log.error({ err: error }, 'a widget could not be filled')
  return { errorCode: 'INTERNAL', message: 'It could not be filled. The log of the server has the details.' }
}

function contentOf(
  room: WidgetRoom,
  { spec }: Widget,
  shown: Shown,
  context: CallContext,
): Promise<WidgetContent> | WidgetContent {
  switch (spec.kind) {
    case 'stat':
      return stat(room, spec, shown, context)
    case 'chart':
      return chart(room, spec, shown, context)
    case 'table':
      return table(room, spec, shown, context)
    case 'log':
      return kept(room, spec, shown, context)
    case 'health':
      return healthList(room, spec, context)
    case 'events':
      return eventList(room, spec, shown, context)
    case 'alerts':
      return alertList(room, spec, context)
    case 'topology':
      return topology(room, spec, context)
    case 'markdown':
      return { kind: 'markdown' }
    case 'actions':
      return actions(room, spec, context)
    default:
      return spec satisfies never
  }
}
