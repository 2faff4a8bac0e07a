const marks: Record<string, string> = {
  production: 'bg-(--env-prod)',
  staging: 'border-[1.5px] border-ink-2',
  development: 'border-[1.5px] border-dotted border-(--env-dev)',
}

/** Environment as form: production solid, staging outline, development dotted; any other has the word alone. */
export function EnvironmentMark({ environment }: { environment: string | null }) {
  if (environment === null) return <span className="text-ink-3">–</span>
  const mark = marks[environment]
  return (
    <span className="flex items-center gap-2 min-w-0">
      {mark && <i className={`size-2 shrink-0 rounded-[2px] ${mark}`} aria-hidden />}
      <span className="cut">{environment}</span>
    </span>
  )
}
