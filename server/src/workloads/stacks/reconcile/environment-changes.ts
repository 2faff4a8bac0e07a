const secretName = /pass|pwd|secret|token|key|credential|auth|private|salt|dsn|cookie|signature|cert/i
const secretValue = /:\/\/[^/\s]*:[^/\s]*@|-----BEGIN|^eyJ/

const mayShow = (name: string, ...values: readonly (string | undefined)[]): boolean =>
  !secretName.test(name) &&
  values.every((value) => value === undefined || (value.length <= 60 && !secretValue.test(value)))

/** What differs between two sets of variables, in words; a value that may be secret is not among them. */
export function environmentChanges(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted()
  return names.flatMap((name) => {
    const [old, now] = [before[name], after[name]]
    if (old === now) return []
    if (old === undefined) return [`environment ${name} added`]
    if (now === undefined) return [`environment ${name} removed`]
    return [
      mayShow(name, old, now) ? `environment ${name}: ${old || '""'} → ${now || '""'}` : `environment ${name} changed`,
    ]
  })
}
