import type { PolicyRules } from '@wheelhouse/contract'
import type { Caller } from '../../dispatch/index.ts'
import { imageAllowed } from './reach/images.ts'
import { allowanceOf, refuseOrTell } from './standing.ts'

/**
 * Where only named images may run, a name must not be had for just any content: what has none of the allowed names, or comes from no
 * registry (`names` null), is refused as running it would be. Throws POLICY_REFUSED.
 */
export function requireNamedImage(
  rules: PolicyRules,
  caller: Caller,
  targetId: string,
  names: readonly string[] | null,
): void {
  if (rules.images.length === 0 || names?.some((name) => imageAllowed(name, rules))) return
  const reason =
    names === null
      ? 'It comes from no registry, and only images of certain names may run here.'
      : `${names[0] ?? 'An image without a name'} is none of the images that may run here.`
  refuseOrTell([reason], 'this image', allowanceOf(caller, targetId), rules)
}
