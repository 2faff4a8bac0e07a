import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { action } from '../../globals.ts'
import { findImage } from '../../images.ts'
import { historyColumns, imageName } from '../../presentation/images.ts'
import { structured } from '../../presentation/output.ts'
import { planText } from '../../presentation/plan.ts'
import { table } from '../../presentation/table.ts'
import { bytes } from '../../presentation/units.ts'
import { confirm } from '../../prompt.ts'
import { each } from '../../several.ts'

interface Where {
  target?: string
}
interface Removal extends Where {
  force?: boolean
  dryRun?: boolean
  yes?: boolean
}

export function defineTag(command: Command): void {
  command
    .argument('<image>', 'name or id')
    .argument('<name>', 'the further name')
    .option('--target <name>', 'on this engine')
  action(command, async (shell, options: Where, [asked = '', tag = '']) => {
    const { client } = await connect(shell)
    const image = await findImage(client, asked, options.target)
    const after = await client.images.tag({ target: image.targetId, image: image.imageId, tag })
    if (await structured(shell, after)) return
    shell.say(`${imageName(image)} on ${image.targetName} is called ${tag} as well.`)
  })
}

export function defineHistory(command: Command): void {
  command.argument('<image>', 'name or id').option('--target <name>', 'on this engine')
  action(command, async (shell, options: Where, [asked = '']) => {
    const { client } = await connect(shell)
    const image = await findImage(client, asked, options.target)
    const { layers } = await client.images.get({ target: image.targetId, image: image.imageId })
    if (await structured(shell, { items: layers })) return
    shell.write(table(historyColumns, layers, shell.out, { headers: shell.globals.headers !== false }))
  })
}

export function defineRemove(command: Command): void {
  command
    .argument('<image...>', 'names or ids; of a name that is one of several only the name goes')
    .option('--target <name>', 'on this engine')
    .option('--force', 'also where stopped containers use it')
    .option('--dry-run', 'show what would go and what stays')
    .option('-y, --yes', 'do not ask')
  action(command, async (shell, options: Removal, names) => {
    const { client } = await connect(shell)
    const wishes = []
    for (const name of names) {
      const { targetId, id, tags } = await findImage(client, name, options.target)
      const known = tags.find((tag) => tag === name || tag === `${name}:latest`) ?? id
      wishes.push({ target: targetId, image: known, ...(options.force ? { force: true } : {}) })
    }
    if (options.dryRun || !options.yes) {
      const plans = []
      for (const wish of wishes) plans.push(await client.images.remove.plan(wish))
      if (options.dryRun && (await structured(shell, plans.length === 1 ? plans[0] : { items: plans }))) return
      for (const plan of plans)
        if (options.dryRun) shell.write(planText(plan, shell.out))
        else shell.say(planText(plan, shell.talk))
      if (options.dryRun) return
      await confirm(shell, `Remove ${names.join(', ')}?`, options.yes)
    }
    const answers = await each(shell, wishes, async (wish) => {
      const answer = await client.images.remove(wish)
      shell.say(`${wish.image} is removed, ${bytes(answer.freedBytes)} free again.`)
      return answer
    })
    await structured(shell, answers.length === 1 ? answers[0] : { items: answers })
  })
}
