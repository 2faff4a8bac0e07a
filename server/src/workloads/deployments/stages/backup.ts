import type { Run } from '../saga/run.ts'

export async function backup(run: Run): Promise<string> {
  const project = await run.project()
  const entry = project.manifest?.backup
  const restores = run.request.restoreBackupId !== null
  if (entry === undefined && project.configSource === null) return 'the manifest names nothing to back up'
  if (project.directory === null) return 'there is no folder to back up from'
  const serving = await run.room.releases.store.serving(run.deployment)
  const done = await run.step('backup.create', 'backup', {
    database: restores || (entry?.before_deploy?.database ?? true),
    files: entry?.before_deploy?.files ?? false,
    description: `Before run ${run.deployment.number}`,
    by: run.request.by,
    version: serving === null ? null : String(serving.number),
  })
  await run.change({ backupId: done.backupId })
  return `${done.backupId}, ${Math.max(1, Math.round(done.sizeBytes / 1024))} kB`
}
