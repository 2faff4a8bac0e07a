import { Failure } from '@wheelhouse/contract'
import { join } from 'node:path'
import { foldersIn } from '../build/folders.ts'
import type { Run } from '../saga/run.ts'

/** Writes the config files: rendered anew from the values, or those of the release that is brought back. */
export async function config(run: Run): Promise<string> {
  const { kind, releaseId } = run.request
  const backupFolder = foldersIn(run.room.settings.data).configBackup(run.deployment.id)
  if (kind === 'rollback' && releaseId !== null) {
    const content = await run.contentOf(releaseId)
    if (content.directory === null || content.files.length === 0) return 'the release has no config files'
    if ((await run.project()).directory === null) return `${content.directory} is gone, so its files are left`
    const releaseFiles = content.files.map(({ app, to, mode }) => ({
      app,
      to,
      mode,
      path: join(content.directory!, to),
    }))
    const written = await run.step('files.write', 'config files', { releaseFiles, backupFolder, releaseId })
    return `${written.length} of ${releaseFiles.length} files written as release ${run.deployment.release?.number ?? ''} had them`
  }
  const project = await run.project()
  const problem = project.config?.problems.find((one) => one.severity === 'error')
  if (problem)
    throw new Failure('CONFIG_INVALID', `${problem.key}: ${problem.message}`, { problems: project.config?.problems })
  const files = await run.rendered()
  if (files.length === 0) return 'the manifest has no templates'
  const changed = files.filter((file) => file.before !== file.text)
  for (const file of files) run.task(file.to, 'done', changed.includes(file) ? 'written' : 'as it was')
  if (changed.length === 0) return `${files.length} files are as they should be`
  const releaseFiles = changed.map(({ app, to, path, mode }) => ({ app, to, path, mode }))
  await run.step('files.write', 'config files', { releaseFiles, backupFolder, releaseId: null })
  return `${changed.length} of ${files.length} files written, the old ones are kept`
}
