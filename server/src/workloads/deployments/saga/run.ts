import { setTimeout as sleep } from 'node:timers/promises'
import { secretValues } from '@wheelhouse/builders/builder'
import { type Deployment, Failure, type Release, type Stage, type StageState } from '@wheelhouse/contract'
import type { ReleaseContent } from '../../releases/index.ts'
import type { Project } from '../../stacks/index.ts'
import type { RenderedFile } from '../config-files.ts'
import { keptProject } from '../plan/kept-project.ts'
import { templatesOf } from '../plan/templates-of.ts'
import type { DeployRequest } from '../request.ts'
import type { DeployRoom } from '../room.ts'
import { Ended } from './interruptions.ts'
import type { Journal } from './journal.ts'
import type { Mask, RunLines } from './lines.ts'
import { stepKinds } from './registry.ts'
import type { StepContext, StepKind, Variables } from './step-kinds.ts'
import type { StepName } from './step-names.ts'

type ArgsOf<N extends StepName> = Parameters<(typeof stepKinds)[N]['do']>[0]
type ResultOf<N extends StepName> = Awaited<ReturnType<(typeof stepKinds)[N]['do']>>

const now = (): string => new Date().toISOString()

/** One deployment under way: its record, its journal, what it prints, and the way in which its stages act. */
export class Run {
  readonly room: DeployRoom
  readonly request: DeployRequest
  /** The instance that has it: what is kept of it once another has is refused. */
  readonly owner: string
  readonly journal: Journal
  readonly mask: Mask
  readonly lines: RunLines
  /** Aborted when somebody cancels, or the control plane ends. */
  readonly stopped = new AbortController()
  /** Of the stage that runs. */
  signal: AbortSignal = this.stopped.signal
  #deployment: Deployment
  #project: Promise<Project> | null = null
  #rendered: Promise<readonly RenderedFile[]> | null = null
  readonly #contents = new Map<string, Promise<ReleaseContent>>()
  #saving: Promise<void> = Promise.resolve()
  #closed = false
  /** Steps that act just now, by their number in the journal. */
  readonly #acting = new Map<number, Promise<unknown>>()

  constructor(parts: {
    room: DeployRoom
    deployment: Deployment
    request: DeployRequest
    owner: string
    journal: Journal
    mask: Mask
    lines: RunLines
  }) {
    this.room = parts.room
    this.request = parts.request
    this.owner = parts.owner
    this.journal = parts.journal
    this.mask = parts.mask
    this.lines = parts.lines
    this.#deployment = parts.deployment
  }

  get deployment(): Deployment {
    return this.#deployment
  }
  get stage(): string {
    return this.#deployment.stage ?? 'preflight'
  }

  /** Read once; its secrets are masked from then on. Throws Failure STACK_INVALID. */
  project(): Promise<Project> {
    this.#project ??= this.#readProject()
    return this.#project
  }

  async #readProject(): Promise<Project> {
    if (this.request.project === null) throw new Error('a rollback reads no manifest')
    const { kind, releaseId, project: input } = this.request
    const project =
      kind === 'rollback' && releaseId !== null
        ? await keptProject(this.room, await this.contentOf(releaseId), input)
        : await this.room.project(input)
    this.hideSecretsOf(project.config?.values ?? {}, project.config?.secretKeys ?? new Set())
    const error = project.problems.find((problem) => problem.severity === 'error')
    // What is brought back was judged when it was made; only its pipeline is read.
    if (error && kind !== 'rollback')
      throw new Failure('STACK_INVALID', `${error.line === null ? '' : `line ${error.line}: `}${error.message}`, {
        problems: project.problems,
      })
    return project
  }

  hideSecretsOf(values: Readonly<Record<string, string>>, keys: Iterable<string>): void {
    this.mask.add([...keys].map((key) => values[key] ?? ''))
  }

  /** The release that this run brings, once there is one. */
  async content(): Promise<ReleaseContent> {
    const id = this.#deployment.release?.id
    if (id === undefined) throw new Error('there is no release yet')
    return this.contentOf(id)
  }

  contentOf(releaseId: string): Promise<ReleaseContent> {
    const known = this.#contents.get(releaseId)
    if (known) return known
    const read = this.room.releases.store.content(releaseId).then((content) => {
      if (!content) throw new Failure('NOT_FOUND', 'This release is not kept any more. Deploy the source again.')
      this.hideSecretsOf(content.values, content.secretKeys)
      // A value that is written into the manifest itself is known to be secret only by the name of its variable.
      for (const { rendered } of content.placements)
        for (const { spec } of rendered.workloads) this.mask.add(secretValues(spec.environment, {}))
      return content
    })
    this.#contents.set(releaseId, read)
    return read
  }

  log(text: string, task: string | null = null, stream: 'stdout' | 'stderr' | 'system' = 'system'): void {
    this.lines.add(this.stage, task, stream, text)
  }

  /** Changes the record, tells it to everyone and keeps it. */
  change(change: Partial<Deployment>, atOnce = false): Promise<void> {
    // Words of drivers, of programs and of failed undos come in by many ways: none is told or kept as it came.
    const hidden = change.outcome ? { ...change, outcome: this.mask.hideIn(change.outcome) } : change
    this.#deployment = { ...this.#deployment, ...hidden }
    this.room.frames.deployment(this.#deployment, atOnce)
    const deployment = this.#deployment
    this.#saving = this.#saving
      .catch(() => undefined)
      .then(async () => {
        if (await this.room.store.save(deployment, this.owner)) return
        this.stopped.abort(new Ended())
        throw new Ended()
      })
    return this.#saving
  }

  changeStage(name: string, change: Partial<Omit<Stage, 'tasks'>>): Promise<void> {
    const hidden = this.mask.hideIn(change)
    return this.change({
      stages: this.#deployment.stages.map((stage) => (stage.name === name ? { ...stage, ...hidden } : stage)),
    })
  }

  /** Shows how one part of the stage stands; kept with the next change of the record. */
  task(name: string, state: StageState, message = ''): void {
    const stages = this.#deployment.stages.map((stage): Stage => {
      if (stage.name !== this.stage) return stage
      const known = stage.tasks.find((task) => task.name === name)
      const task = {
        name,
        state,
        message: this.mask.hide(message),
        startedAt: known?.startedAt ?? (state === 'waiting' ? null : now()),
        finishedAt: state === 'running' || state === 'waiting' ? null : now(),
      }
      const tasks = known ? stage.tasks.map((one) => (one.name === name ? task : one)) : [...stage.tasks, task]
      return { ...stage, tasks }
    })
    this.#deployment = { ...this.#deployment, stages }
    this.room.frames.deployment(this.#deployment)
  }

  /**
   * Does something once. It is written down before it acts; a run that is taken up again finds what was done and goes on where it was
   * cut off. `id` must be the same each time the stage runs.
   */
  async step<N extends StepName>(kind: N, id: string, args: ArgsOf<N>): Promise<ResultOf<N>> {
    this.signal.throwIfAborted()
    if (this.#closed) throw new Error('the run is being undone')
    const known = this.journal.find(id)
    if (known?.state === 'done') return known.result as ResultOf<N>
    const entry = known ?? (await this.journal.begin({ id, stage: this.stage, kind, args }))
    const does = stepKinds[kind] as unknown as StepKind<Record<string, unknown>, ResultOf<N>>
    try {
      const work = does.do(entry.args, this.context(this.signal, known !== null))
      this.#acting.set(entry.seq, work)
      const result = await work
      await this.journal.change(entry.seq, { state: 'done', result: result ?? null })
      return result
    } catch (error) {
      const message = this.mask.hide(error instanceof Error ? error.message : String(error))
      await this.journal.change(entry.seq, { state: 'failed', error: message.slice(0, 2000) })
      throw error
    } finally {
      this.#acting.delete(entry.seq)
    }
  }

  /** From now on nothing is done any more: what a stage that did not hear its end still wants to do comes too late. */
  closeSteps(): void {
    this.#closed = true
  }

  /** Until a step that does not hear its signal has come to its end, or the time is over: what still acts cannot be undone. */
  async settled(seq: number, timeoutMs: number): Promise<void> {
    const work = this.#acting.get(seq)
    if (work === undefined) return
    const enough = new AbortController()
    await Promise.race([
      work.catch(() => undefined),
      sleep(timeoutMs, undefined, { signal: enough.signal }).catch(() => undefined),
    ])
    enough.abort()
  }

  /** Set by the stage that makes the release: what the journal must not hold comes to its step in this way. */
  makeRelease: (() => Promise<{ release: Release; content: ReleaseContent }>) | null = null

  async #files(releaseId: string | null): Promise<readonly Pick<RenderedFile, 'to' | 'text'>[]> {
    if (releaseId !== null) return (await this.contentOf(releaseId)).files
    return this.rendered()
  }

  /** The config files that this run writes, rendered once: those of the apps it is about, and of apps that no release has yet. */
  rendered(): Promise<readonly RenderedFile[]> {
    this.#rendered ??= this.#render()
    return this.#rendered
  }

  async #render(): Promise<readonly RenderedFile[]> {
    return this.room.configs.render(await this.project(), await this.templates())
  }

  /** The apps whose templates this run renders; null for all. */
  async templates(): Promise<readonly string[] | null> {
    const known = (await this.#before())?.artefacts.map((artefact) => artefact.app) ?? []
    return templatesOf(await this.project(), this.request.apps, known)
  }

  #before(): Promise<ReleaseContent | null> {
    const { previous } = this.#deployment
    return previous === null ? Promise.resolve(null) : this.contentOf(previous.id)
  }

  async #variables(releaseId: string | null): Promise<Variables> {
    const project = releaseId === null ? await this.project() : null
    const content = releaseId === null ? null : await this.contentOf(releaseId)
    const values = content?.values ?? project?.config?.values ?? {}
    const secretKeys = new Set(content?.secretKeys ?? project?.config?.secretKeys ?? [])
    const names = Object.keys(values)
    const pick = (secret: boolean): Record<string, string> =>
      Object.fromEntries(names.filter((name) => secretKeys.has(name) === secret).map((name) => [name, values[name]!]))
    return { environment: { ENVIRONMENT: this.#deployment.environment, ...pick(false) }, secrets: pick(true) }
  }

  context(signal: AbortSignal, again = false): StepContext {
    return {
      again,
      files: (releaseId) => this.#files(releaseId),
      variables: (releaseId) => this.#variables(releaseId),
      newRelease: () => {
        if (this.makeRelease === null) throw new Error('no stage makes a release')
        return this.makeRelease()
      },
      project: () => this.project(),
      room: this.room,
      deploymentId: this.#deployment.id,
      signal,
      log: (text, task, stream) => this.log(text, task ?? null, stream),
      task: (name, message) => this.task(name, 'running', message),
      content: (releaseId) => this.contentOf(releaseId),
    }
  }
}
