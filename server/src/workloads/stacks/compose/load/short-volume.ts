/** A volume in its short form, in parts. `error` is a whole sentence. */
export interface ShortVolume {
  readonly source: string | null
  readonly target: string
  readonly modes: readonly string[]
  readonly error: string | null
}

const isDrive = (part: string): boolean => /^[a-zA-Z]$/.test(part)

/** `[SOURCE:]TARGET[:MODES]`; with `drives` a letter before a colon is a drive of Windows. */
export function splitVolume(text: string, drives = true): ShortVolume {
  const refused = { source: null, target: text, modes: [] }
  if (text === '') return { ...refused, error: 'A volume is empty. Write source:/target or /target.' }
  if (text.length <= 2) return { ...refused, error: null }
  const parts: string[] = []
  for (const part of text.split(':')) {
    const before = parts.at(-1)
    if (drives && before !== undefined && isDrive(before)) parts[parts.length - 1] = `${before}:${part}`
    else parts.push(part)
  }
  if (parts.length > 3 || parts.some((part) => part === ''))
    return { ...refused, error: `"${text}" is not a volume. Write source:/target, source:/target:ro or /target.` }
  const [first = '', second, modes] = parts
  if (second === undefined) return { source: null, target: first, modes: [], error: null }
  return { source: first, target: second, modes: modes?.split(',') ?? [], error: null }
}

/** Whether the source of a short form is a path and not the name of a volume. */
export const isPath = (source: string, drives = true): boolean =>
  /^[./~]/.test(source) || source.startsWith('\\\\') || (drives && /^[a-zA-Z]:/.test(source))
