import type { Deployment, DeploymentLine, Stage } from '@wheelhouse/contract'
import { deploymentEnded } from '@wheelhouse/contract/workloads/deployment-states'
import { runLines, waitingFor } from '../presentation/delivery/live-run.ts'
import { tookText } from '../presentation/delivery/stages.ts'
import { LiveBlock } from '../presentation/live-block.ts'
import { type Look, paint } from '../presentation/look.ts'
import { clock } from '../presentation/units.ts'
import { clean, cleanLog } from '../presentation/width.ts'
import type { Shell } from '../shell.ts'

/** Where a run is shown while it goes on. */
export interface RunView {
  show(deployment: Deployment): void
  line(line: DeploymentLine): void
  notice(lines: readonly string[]): void
  end(): void
}

const lineText = (line: DeploymentLine, look: Look): string => {
  const who = line.task === null ? line.stage : `${line.stage}/${line.task}`
  const bar = look.unicode ? '│' : '|'
  return `${paint(`${clock(line.at, look.now)}  ${clean(who)} ${bar}`, 'dim', look)} ${cleanLog(line.text, look.color)}`
}

/** Drawn in place, a frame a write; anew when something changed, when a second went by or the window changed its size. */
export function liveView(shell: Shell, verbose: boolean): RunView {
  const { stderr } = process
  const block = new LiveBlock(stderr)
  let deployment: Deployment | null = null
  let last: DeploymentLine | null = null
  let notice: readonly string[] = []
  let ended = false
  let above: string[] = []
  const look = (): Look => ({ ...shell.talk, width: Math.max(20, stderr.columns || 80), now: Date.now() })
  const draw = (): void => {
    if (deployment === null || ended) return
    block.draw(runLines(deployment, { last, notice }, look()), above)
    above = []
  }
  // Frames of a busy run are drawn together; ten a second look steady and cost nothing.
  const timer = setInterval(draw, 100)
  stderr.on('resize', draw)
  const end = (): void => {
    if (ended) return
    last = null
    notice = []
    draw()
    ended = true
    clearInterval(timer)
    stderr.off('resize', draw)
    block.end()
  }
  shell.signal.addEventListener('abort', end, { once: true })
  return {
    show: (next) => {
      if (deployment === null) {
        deployment = next
        draw()
      } else deployment = next
    },
    line: (line) => {
      last = line
      if (verbose) above.push(lineText(line, look()))
    },
    notice: (lines) => {
      notice = lines
      draw()
    },
    end,
  }
}

interface Part extends Pick<Stage, 'state' | 'message' | 'startedAt' | 'finishedAt'> {
  readonly name: string
}

/** Every stage, task and undo as a row of its own, so that a change of any is one line. */
const partsOf = (deployment: Deployment): Part[] =>
  deployment.stages.flatMap((stage): Part[] => [
    stage,
    ...stage.tasks.map((task) => ({ ...task, name: `${stage.name}/${task.name}` })),
    ...(stage.undo
      ? [
          {
            ...stage.undo,
            name: `${stage.name}/undo`,
            state: stage.undo.finishedAt === null ? ('undoing' as const) : ('undone' as const),
          },
        ]
      : []),
  ])

/** `13:52:01  build  done  3 apps built  14s`, once for each change. */
export function plainView(write: (line: string) => void, look: () => Look, verbose: boolean): RunView {
  const told = new Map<string, string>()
  let waited: string | null = null
  const row = (at: string, name: string, state: string, said: string): void => {
    const now = look()
    write(`${clock(at, now.now)}  ${clean(name).padEnd(16)} ${state.padEnd(11)} ${clean(said)}`.trimEnd())
  }
  return {
    show: (deployment) => {
      const at = new Date(look().now).toISOString()
      const first = !told.has('')
      if (first) row(at, 'run', deployment.state, `${deployment.stack} ${deployment.environment} ${deployment.id}`)
      const waits = waitingFor(deployment)
      const turned = !first && told.get('') !== deployment.state
      const over = deploymentEnded(deployment.state)
      if (waits !== null ? waits !== waited : turned && !over) row(at, 'run', deployment.state, waits ?? '')
      for (const part of partsOf(deployment)) {
        if (part.state === 'waiting' || told.get(part.name) === part.state) continue
        told.set(part.name, part.state)
        const took = part.finishedAt === null ? '' : tookText(part, look().now)
        const said = [part.message, took].filter(Boolean).join('  ')
        row(part.finishedAt ?? part.startedAt ?? at, part.name, part.state, said)
      }
      if (turned && over) row(at, 'run', deployment.state, '')
      waited = waits
      told.set('', deployment.state)
    },
    line: (line) => {
      if (verbose) write(lineText(line, look()))
    },
    notice: (lines) => {
      for (const line of lines) process.stderr.write(`${clean(line)}\n`)
    },
    end: () => undefined,
  }
}

/** On a terminal it is drawn; in a pipe the lines of a run are its data, unless the answer is wanted as json. */
export function runView(shell: Shell, verbose: boolean): RunView {
  const asData =
    shell.globals.output !== undefined && shell.globals.output !== 'table' && shell.globals.output !== 'wide'
  if (process.stderr.isTTY && (process.stdout.isTTY || asData)) return liveView(shell, verbose)
  return asData
    ? plainView(
        (line) => shell.say(line),
        () => ({ ...shell.talk, now: Date.now() }),
        verbose,
      )
    : plainView(
        (line) => shell.write(`${line}\n`),
        () => shell.out,
        verbose,
      )
}
