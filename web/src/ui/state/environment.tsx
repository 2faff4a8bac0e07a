/** Environments are told apart by form, not hue: solid, outlined, dotted. */
export type EnvironmentForm = 'production' | 'staging' | 'dev'

/** The form of an environment by its name. What is not known to be harmless is drawn as staging. */
export function formOf(environment: string): EnvironmentForm {
  if (/^(prod|live)/i.test(environment)) return 'production'
  return /^(dev|local|test|sandbox)/i.test(environment) ? 'dev' : 'staging'
}

/** The word-tag of page heads and dialogs; one a page. */
export function EnvironmentTag({ name }: { name: string }) {
  return <span className={`env env-${formOf(name)}`}>{name}</span>
}

/** The 8 px mark of lists, with the word beside it. */
export function EnvironmentMark({ name }: { name: string }) {
  return (
    <span className={`envm envm-${formOf(name)}`}>
      <span className="cut">{name}</span>
    </span>
  )
}
