import process from 'node:process'
import { startGateway } from '../node-http/start-gateway.ts'

/** The process that `signalbox serve --runtime deno` runs, with its configuration file as the argument. */
await startGateway(process.argv[2]!, process.env)
