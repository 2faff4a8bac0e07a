interface Systemic {
  readonly code?: string
  readonly errcode?: number
  readonly address?: string
  readonly port?: number
  readonly path?: string
}

// Errors of our own rooms are written to be read as they are.
const plain = new Set([
  'SettingsRefused',
  'FolderLocked',
  'DatabaseNewer',
  'DatabaseCorrupt',
  'DatabaseFull',
  'DatabaseBusy',
  'DatabaseUnreachable',
  'KeyFileUnsafe',
  'KeyUnreadable',
  'KeyUnknown',
  'SealBroken',
  'Failure',
])

/** Why it did not start, in one clear line that says what to do. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (plain.has(error.name)) return error.message
  const { code, errcode, port, path } = error as Systemic
  // SQLite's own words for a disk without room (https://sqlite.org/rescode.html): the lock of the folder is a database.
  if (errcode === 13) return explain(Object.assign(new Error(), { code: 'ENOSPC' }))
  switch (code) {
    case 'EADDRINUSE':
      return `port ${port} is taken. Stop what uses it, or choose another: npm start -- --port ${(port ?? 8080) + 1}`
    case 'EADDRNOTAVAIL':
      return `this machine has no such address to listen on. Use --host 127.0.0.1, or 0.0.0.0 for all.`
    case 'EACCES':
      return path
        ? `${path} may not be written. Give its owner the right, or choose another folder: --data FOLDER`
        : `port ${port} needs more rights. Choose one above 1023: --port 8080`
    case 'ENOSPC':
      return 'the disk is full. Free some space and start again; nothing was lost.'
    case 'EROFS':
      return `${path ?? 'the data folder'} is read-only. Choose another folder: --data FOLDER`
    default:
      // No stack: whoever starts it can do nothing with one. The log has it at level debug.
      return `it did not start: ${error.message.split('\n')[0]}. Start again with --log-level debug to see where.`
  }
}
