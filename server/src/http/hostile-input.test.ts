import { hostileInput } from '../../../test/contract/hostile-input.ts'
import { openTestHouse } from '../../../test/fixtures/house.ts'

hostileInput(() => openTestHouse())
