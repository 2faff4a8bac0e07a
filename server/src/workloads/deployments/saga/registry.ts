import { aliasJoin, aliasLeave } from '../steps/aliases.ts'
import { backupCreate, databaseRestore } from '../steps/backup.ts'
import { appBuild } from '../steps/build.ts'
import { commandRun } from '../steps/commands.ts'
import { filesWrite } from '../steps/files.ts'
import { folderMake } from '../steps/folder.ts'
import { imageBring } from '../steps/image-bring.ts'
import { imagePush } from '../steps/image-push.ts'
import { instanceCreate } from '../steps/instance-create.ts'
import { dependentsNote, instanceRestart } from '../dependents/instance-restart.ts'
import { instanceStop } from '../steps/instance-stop.ts'
import { appMigrate } from '../steps/migrate.ts'
import { objectMake } from '../swarm/object-make.ts'
import { releaseAdd } from '../steps/release.ts'
import { resourceEnsure } from '../steps/resources.ts'
import { routeDrain, routeRemove, routeSet } from '../steps/routes.ts'
import { serviceBring } from '../swarm/service-bring.ts'
import { serviceRemove } from '../swarm/service-remove.ts'

/** Everything a run can do to the world, by the name its journal has for it. A name is never changed: old journals hold it. */
export const stepKinds = {
  'backup.create': backupCreate,
  'files.write': filesWrite,
  'app.build': appBuild,
  'release.add': releaseAdd,
  'folder.make': folderMake,
  'image.bring': imageBring,
  'image.push': imagePush,
  'app.migrate': appMigrate,
  'resource.ensure': resourceEnsure,
  'service.bring': serviceBring,
  'service.remove': serviceRemove,
  'object.make': objectMake,
  'instance.stop': instanceStop,
  'instance.restart': instanceRestart,
  'dependents.note': dependentsNote,
  'instance.create': instanceCreate,
  'alias.join': aliasJoin,
  'alias.leave': aliasLeave,
  'route.set': routeSet,
  'route.remove': routeRemove,
  'route.drain': routeDrain,
  'command.run': commandRun,
  'database.restore': databaseRestore,
} as const
