import { Failure } from '@wheelhouse/contract'
import { LineQueueFull, type LineStore, linesOf } from '@wheelhouse/platform/lines'
import { goesOnWith, leveled } from '../../log-formats/index.ts'
import { packed } from '../columns.ts'
import type { Sources } from '../sources.ts'
import type { Taps } from '../taps.ts'
import { otlpLines } from './otlp.ts'

/** Where lines stand that no target of ours said. */
export const outsideTarget = 'otlp'

export interface IntakeParts {
  readonly store: LineStore
  readonly sources: Sources
  readonly taps: Taps
}

/** Takes lines in that programs send by themselves, each kept under the service that it names. */
export class Intake {
  readonly #parts: IntakeParts

  constructor(parts: IntakeParts) {
    this.#parts = parts
  }

  /** Answers once they are written down. Throws VALIDATION_FAILED for what is no request, LIMIT_REACHED where more comes than can be written. */
  async take(logs: unknown): Promise<void> {
    const { store, sources, taps } = this.#parts
    const now = Date.now()
    for (const { name, namespace, lines: told } of otlpLines(logs, now)) {
      const serviceId = `${outsideTarget}:${namespace === null ? '' : `${namespace}/`}${name}`
      const { id: source } = await sources.of(
        {
          id: serviceId,
          targetId: outsideTarget,
          targetName: 'OpenTelemetry',
          kind: 'process',
          name,
          stack: namespace,
          stackService: namespace === null ? null : name,
        },
        now,
      )
      let before: { stream: string; atMs: number } | null = null
      const rows = []
      for (const line of told) {
        const here = { stream: line.stream, atMs: Date.parse(line.at) }
        const goesOn = goesOnWith(line.text, before, here)
        rows.push(packed(goesOn ? line : leveled(line), here.atMs, goesOn))
        before = here
      }
      const lines = linesOf(rows)
      try {
        taps.tell({ serviceId, source, lines, firstSeq: await store.append(source, lines) })
      } catch (error) {
        if (!(error instanceof LineQueueFull)) throw error
        throw new Failure('LIMIT_REACHED', 'More lines come than can be written down. Send them again in a moment.')
      }
    }
  }
}
