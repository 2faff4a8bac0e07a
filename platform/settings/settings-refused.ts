/** Everything that is wrong with the settings, one line each. */
export class SettingsRefused extends Error {
  override readonly name = 'SettingsRefused'
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(problems.join('\n'))
    this.problems = problems
  }
}
