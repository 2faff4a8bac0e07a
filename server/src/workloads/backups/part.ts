import type { BackupPart } from '@wheelhouse/contract'

/** Rows of each table; the counting reads the dump itself, so they are those of the very moment it shows. */
export type TableRows = Readonly<Record<string, number>>

/** A part as it is recorded: what a list shows, and what a restore needs beside. */
export interface PartRecord extends BackupPart {
  /** Of a single file, to be put back with it. */
  readonly owner?: { readonly mode: number; readonly uid: number; readonly gid: number }
  readonly database?: { readonly name: string; readonly engine: 'mysql' | 'postgres'; readonly tables: TableRows }
  readonly volume?: { readonly targetId: string; readonly volume: string }
}

const safe = (name: string): string => name.replace(/[^\w.-]+/g, '_').replace(/^\.{1,2}$/, '_') || '_'

/** Hands out names inside a backup: safe on every disk, and each only once. */
export function partNames(): (folder: string, name: string, ending?: string) => string {
  const taken = new Set<string>()
  return (folder, name, ending = '') => {
    const wanted = `${folder.split('/').map(safe).join('/')}/${safe(name)}`
    for (let count = 1; ; count += 1) {
      const whole = `${wanted}${count === 1 ? '' : `-${count}`}${ending}`
      if (taken.has(whole)) continue
      taken.add(whole)
      return whole
    }
  }
}

/** The id of a backup: its time in UTC, and a counter from the second of one second on. */
export function backupId(at: Date, count: number): string {
  const [date, time] = at.toISOString().slice(0, 19).split('T')
  return `${date}_${time?.replaceAll(':', '-')}${count === 1 ? '' : `-${count}`}`
}
export const isBackupId = (text: string): boolean => /^\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d(-\d+)?$/.test(text)

/** Bytes as people read them. */
export function sizeText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let at = 0
  let value = bytes
  while (value >= 1000 && at < units.length - 1) [value, at] = [value / 1000, at + 1]
  return `${at === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[at]}`
}
