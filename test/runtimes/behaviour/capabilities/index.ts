import type { Section } from '../capability.ts'
import { answers } from './answers.ts'
import { balancing } from './balancing.ts'
import { connections } from './connections.ts'
import { failingOrigins } from './failing-origins.ts'
import { forwarded } from './forwarded.ts'
import { headers } from './headers.ts'
import { leavingClients } from './leaving-clients.ts'
import { limits } from './limits.ts'
import { localAnswers } from './local-answers.ts'
import { mirrors } from './mirrors.ts'
import { retries } from './retries.ts'
import { streams } from './streams.ts'
import { targets } from './targets.ts'
import { trailers } from './trailers.ts'
import { uploads } from './uploads.ts'
import { webSocket } from './web-socket.ts'

/** Everything that the suite asserts, and that the page of runtimes tells. */
export const sections: readonly Section[] = [
  streams,
  answers,
  uploads,
  trailers,
  headers,
  targets,
  forwarded,
  connections,
  webSocket,
  retries,
  balancing,
  mirrors,
  localAnswers,
  leavingClients,
  failingOrigins,
  limits,
]
