/** What differs between the labels of a node and those wanted; null takes one away. */
export function labelChanges(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): Record<string, string | null> {
  const changes: Record<string, string | null> = {}
  for (const [key, value] of Object.entries(after)) if (before[key] !== value) changes[key] = value
  for (const key of Object.keys(before)) if (!(key in after)) changes[key] = null
  return changes
}
