import { isSecretKey } from '@wheelhouse/platform/log'

/** Variables that are baked into an image; those whose names speak of secrets are masked. */
export function maskedEnvironment(
  environment: Readonly<Record<string, string>>,
): { name: string; value: string; masked: boolean }[] {
  return Object.entries(environment)
    .map(([name, value]) => {
      const masked = value !== '' && isSecretKey(name)
      return { name, value: masked ? '[secret]' : value, masked }
    })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
}
