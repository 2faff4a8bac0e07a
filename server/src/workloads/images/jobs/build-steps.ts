import type { JobContext } from '@wheelhouse/platform/jobs'

const shownLines = 400
const shownBytes = 32_768

/**
 * Each instruction of a build is a step, and what it prints is the step's message: its last lines. `label` goes before the names, where
 * a job builds more than one.
 */
export class BuildSteps {
  readonly #job: Pick<JobContext, 'step' | 'progress'>
  readonly #label: string
  #step: string
  #lines: string[] = []

  constructor(job: Pick<JobContext, 'step' | 'progress'>, label = '') {
    this.#job = job
    this.#label = label
    this.#step = `${label}Context`
    job.step(this.#step, 'running')
  }

  readonly hear = (text: string): void => {
    const begun = /^Step (\d+)\/(\d+) : (.*)$/.exec(text)
    if (begun) {
      this.#job.step(this.#step, 'done', this.#shown())
      const [, number = '1', count = '1', instruction = ''] = begun
      this.#step = `${this.#label}${number}/${count} ${instruction.slice(0, 200)}`
      this.#lines = []
      this.#job.step(this.#step, 'running')
      this.#job.progress(
        (Number(number) - 1) / Number(count),
        `${this.#label}Step ${number} of ${count}: ${instruction.slice(0, 200)}`,
      )
      return
    }
    this.#lines.push(text.slice(0, 2_000))
    if (this.#lines.length > shownLines) this.#lines.shift()
    this.#job.step(this.#step, 'running', this.#shown())
  }

  end(state: 'done' | 'failed'): void {
    this.#job.step(this.#step, state, this.#shown())
  }

  #shown(): string {
    return this.#lines.join('\n').slice(-shownBytes)
  }
}
