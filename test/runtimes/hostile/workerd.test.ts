import { playHostileSuite } from './play-hostile-suite.ts'

playHostileSuite('workerd')
