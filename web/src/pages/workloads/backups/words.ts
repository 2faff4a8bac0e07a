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
  config: 'config',
  app: 'app files',
  database: 'database',
  files: 'files',
  volume: 'volume',
}
export const partWord = (kind: BackupPart['kind']): string => kinds[kind]

/** Parts by their kind, configs first. */
export function orderedParts(parts: readonly BackupPart[]): BackupPart[] {
  const order = Object.keys(kinds)
  return [...parts].sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || a.name.localeCompare(b.name))
}
