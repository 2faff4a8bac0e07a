import type { Backup, BackupPart } from '@wheelhouse/contract'
import type { GlyphState } from '../../../ui/state/glyph.tsx'

const glyphs: Record<Backup['state'], GlyphState> = {
  running: 'starting',
  complete: 'succeeded',
  failed: 'failed',
  damaged: 'failed',
}
export const backupGlyph = (state: Backup['state']): GlyphState => glyphs[state]

/** "configs, database, files": what is in it. */
export function includesWords({ includes }: Pick<Backup, 'includes'>): string {
  const words = [includes.configs && 'configs', includes.database && 'database', includes.files && 'files']
  return words.filter(Boolean).join(', ') || 'nothing'
}

const kinds: Record<BackupPart['kind'], string> = {
  config: 'Configs',
  app: 'App files',
  database: 'Databases',
  files: 'Files',
  volume: 'Volumes',
}

/** Parts by their kind, in the order in which a restore takes them. */
export function partGroups(parts: readonly BackupPart[]): { title: string; parts: readonly BackupPart[] }[] {
  return (Object.keys(kinds) as BackupPart['kind'][])
    .map((kind) => ({ title: kinds[kind], parts: parts.filter((part) => part.kind === kind) }))
    .filter((group) => group.parts.length > 0)
}
