import { withoutColours } from './colours.ts'
import { queueWorker } from './queue-worker.ts'
import { reverb } from './reverb.ts'

/**
 * What the lines of a stack trace behind its first one look like: Java, Node, .NET, Python, Go, PHP, Ruby, and the end of what Monolog
 * writes. One pattern, since every line that is said is held against it.
 */
const form =
  /^(?:\s+\S|(?:Caused by|Suppressed): |\.{3} \d+ more$|Traceback \(most recent call last\):|goroutine \d+ \[|#\d+ |\[(?:[Pp]revious exception|stacktrace)\]|"\}\s*$|[\])}]+,?;?$)/
const longest = 2_000
/** What such a line can begin with, as bytes: what begins otherwise need not be made a text. */
const beginnings: ReadonlySet<number> = new Set(
  Buffer.from('\t\v\f CST.g#"[])}\u001b\u00c2\u00e2\u00e3\u00ef', 'latin1'),
)
export const mayGoOn = (first: number): boolean => beginnings.has(first)

/** Whether a line goes on with the one before it, of the same stream and said about then. */
export function goesOnWith(
  text: string,
  before: { readonly stream: string; readonly atMs: number } | null,
  line: { readonly stream: string; readonly atMs: number },
): boolean {
  if (before === null || line.stream === 'system' || before.stream !== line.stream) return false
  if (Math.abs(line.atMs - before.atMs) > 1_000 || text.length > longest) return false
  const bare = withoutColours(text)
  if (!form.test(bare)) return false
  // Consoles that set each of their lines in from the left begin a new one each time.
  return bare[0] !== ' ' || (queueWorker(bare) === null && reverb(bare) === null)
}
