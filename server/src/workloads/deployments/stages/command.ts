import type { CommandEntry } from '../../stacks/index.ts'
import type { Run } from '../saga/run.ts'

const words = (command: CommandEntry['run']): string[] =>
  typeof command === 'string' ? command.split(/\s+/).filter(Boolean) : command.map(String)

/** A stage of the manifest's own: one program, in the folder of the project or of an app of the release. */
export async function commandStage(run: Run, command: CommandEntry): Promise<string> {
  const project = await run.project()
  const release = run.deployment.release
  const folder =
    release !== null && command.app !== undefined ? (await run.content()).folders[command.app]?.path : undefined
  const directory = folder ?? project.directory
  if (directory === null || directory === undefined) return 'there is no folder to run it in'
  const argv = words(command.run)
  try {
    await run.step('command.run', `command ${command.name}`, {
      title: argv.join(' '),
      argv,
      undo: command.undo === undefined ? null : words(command.undo),
      directory,
      release: null,
      task: null,
      nothingDone: null,
    })
    return argv.join(' ')
  } catch (error) {
    if (command.allow_failure !== true || run.signal.aborted) throw error
    return `failed, which is let pass: ${error instanceof Error ? error.message : String(error)}`
  }
}
