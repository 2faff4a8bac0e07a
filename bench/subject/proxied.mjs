// A service of the smallest kind, as a process of its own: answers with its name. Prints its port once it listens.
import { createServer } from 'node:http'

const [name = 'one', port = '0'] = process.argv.slice(2)
const server = createServer((_request, response) => response.end(name))
server.listen(Number(port), '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`))
