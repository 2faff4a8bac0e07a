import { type ClientCode, Problem } from '@wheelhouse/client'
import type { ErrorCode } from '@wheelhouse/contract'
import { type Look, paint } from './presentation/look.ts'
import { clean } from './presentation/width.ts'

/** What the process answers to the shell. docs/cli.md lists them; scripts rely on the numbers. */
export const exitCodes = {
  ok: [0, 'It is done, or there was nothing to do.'],
  failed: [1, 'It did not work: the target refused, a job failed, or something else went wrong.'],
  usage: [2, 'The command line is wrong, or it would have asked and there is no terminal (add --yes).'],
  notFound: [3, 'There is no such service, stack, target, user, …'],
  refused: [4, 'Not signed in, or not allowed.'],
  conflict: [5, 'It exists already, or its state does not allow this.'],
  unreachable: [6, 'Wheelhouse, or the target behind it, does not answer.'],
  timedOut: [7, 'It did not finish in time.'],
  changes: [8, 'With plan --exit-code: the plan has changes.'],
  rolledBack: [9, 'A deployment failed and was undone: what served before serves again.'],
  deployFailed: [10, 'A deployment failed and was not undone, or not in full.'],
  cancelled: [11, 'A deployment was cancelled.'],
  abandoned: [12, 'A deployment was abandoned: nobody knows its end until somebody looks.'],
  checks: [13, 'A check of preflight failed, so nothing was changed; also wh check and wh deploy --dry-run.'],
  alerts: [14, 'With health --alerts: something is unhealthy or over its threshold.'],
  interrupted: [130, 'Interrupted with Ctrl-C.'],
} as const satisfies Record<string, readonly [number, string]>
export type Exit = keyof typeof exitCodes

const exits: Partial<Record<ErrorCode | ClientCode, Exit>> = {
  VALIDATION_FAILED: 'usage',
  STACK_INVALID: 'usage',
  CONFIG_INVALID: 'usage',
  CHECKS_FAILED: 'checks',
  UNAUTHENTICATED: 'refused',
  CREDENTIALS_REFUSED: 'refused',
  SESSION_ENDED: 'refused',
  FORBIDDEN: 'refused',
  POLICY_REFUSED: 'refused',
  LOCKED_OUT: 'refused',
  NOT_FOUND: 'notFound',
  ROUTE_NOT_FOUND: 'notFound',
  CONFLICT: 'conflict',
  STATE_CONFLICT: 'conflict',
  PLAN_CHANGED: 'conflict',
  IDEMPOTENCY_CONFLICT: 'conflict',
  SETUP_DONE: 'conflict',
  NO_CONNECTION: 'unreachable',
  NOT_WHEELHOUSE: 'unreachable',
  TARGET_UNREACHABLE: 'unreachable',
  SHUTTING_DOWN: 'unreachable',
  TIMED_OUT: 'timedOut',
  ABORTED: 'interrupted',
}

/** A failure that is told in one line. `code` is what stands in the brackets. */
export class Complaint extends Error {
  readonly exit: Exit
  readonly code: string
  /** Lines below the first: candidates, fields. */
  readonly lines: readonly string[]

  constructor(exit: Exit, code: string, message: string, lines: readonly string[] = []) {
    super(message)
    this.name = 'Complaint'
    this.exit = exit
    this.code = code
    this.lines = lines
  }
}

export const usage = (message: string, lines?: readonly string[]): Complaint =>
  new Complaint('usage', 'USAGE', message, lines)

interface Issue {
  path?: unknown
  key?: unknown
  fix?: unknown
  message?: unknown
  line?: unknown
  column?: unknown
}

const issueLine = (issue: Issue): string => {
  const path = Array.isArray(issue.path)
    ? issue.path.map(String).join('.')
    : typeof issue.path === 'string'
      ? issue.path
      : typeof issue.key === 'string'
        ? issue.key
        : ''
  const at =
    typeof issue.line === 'number'
      ? `line ${issue.line}${typeof issue.column === 'number' ? `:${issue.column}` : ''}`
      : ''
  const where = [at, path].filter(Boolean).join(' ')
  const fix = typeof issue.fix === 'string' ? ` ${issue.fix}` : ''
  const message = typeof issue.message === 'string' ? issue.message + fix : JSON.stringify(issue)
  return where === '' ? message : `${where}: ${message}`
}

/** Fields of VALIDATION_FAILED, problems of STACK_INVALID, checks of preflight: whichever list the details carry. */
export function detailLines(details: Record<string, unknown>): string[] {
  for (const key of ['problems', 'issues', 'fields', 'checks']) {
    const list = details[key]
    if (Array.isArray(list))
      return list
        .filter((one: { ok?: unknown }) => one.ok !== true)
        .map((one) => (typeof one === 'string' ? one : issueLine(one as Issue)))
    if (list && typeof list === 'object')
      return Object.entries(list).map(
        ([field, why]) => `${field}: ${Array.isArray(why) ? why.join(', ') : String(why)}`,
      )
  }
  return []
}

/** Whatever was thrown, as something that can be told. */
export function complaintOf(error: unknown): Complaint {
  if (error instanceof Complaint) return error
  if (error instanceof Problem) {
    const exit = exits[error.code] ?? 'failed'
    const lines = detailLines(error.details)
    if (error.code === 'UNAUTHENTICATED' || error.code === 'SESSION_ENDED') {
      return new Complaint(exit, error.code, 'You are not signed in here, or the token has ended. Run wh login.', lines)
    }
    if (error.status >= 500 && error.requestId !== null) lines.push(`request id ${error.requestId}`)
    return new Complaint(exit, error.code, error.message, lines)
  }
  const message = error instanceof Error ? error.message : String(error)
  return new Complaint('failed', 'FAILED', message)
}

/** `error[NOT_FOUND] There is no service "wbe". Nearest name: web.` */
export function complaintText(complaint: Complaint, look: Look): string {
  const [first = '', ...more] = complaint.message.split('\n')
  const head = `${paint(`error[${complaint.code}]`, 'red', look)} ${clean(first)}`
  return [head, ...[...more, ...complaint.lines].map((line) => `  ${clean(line)}`)].join('\n') + '\n'
}
