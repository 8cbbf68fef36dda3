import { startGateway } from '../node-http/start-gateway.ts'

/** The process that `signalbox serve --runtime node` runs, with its configuration file as the argument. */
await startGateway(process.argv[2]!, process.env)
