import { expect, test } from 'vitest'
import { readYaml } from './read-yaml.ts'

/** The name of the query parameter that a key stands for, and the codes of what is said about it. */
function parameter(key: string) {
  const { config, diagnostics } = readYaml(`apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: shop }
spec:
  hosts: [shop.example.com]
  http:
    - match:
        - queryParams:
            ${key}: { exact: "1" }
      directResponse: { status: 200 }
`)
  const names = Object.keys(config.virtualServices[0]?.spec.http[0]?.match[0]?.queryParams ?? {})
  return { name: names.join(), codes: diagnostics.map(({ code }) => code) }
}

test.each([
  { title: 'a word of YAML 1.1 becomes a truth, and that is told', key: 'y', name: 'true', codes: ['SB1010'] },
  { title: 'so does another', key: 'Off', name: 'false', codes: ['SB1010'] },
  { title: 'in quotes it stays', key: '"y"', name: 'y', codes: [] },
  { title: 'a truth of every YAML is written in lower case', key: 'True', name: 'true', codes: [] },
  { title: 'a number stays', key: '80', name: '80', codes: [] },
  { title: 'octal becomes decimal, and that is told', key: '010', name: '8', codes: ['SB1010'] },
  { title: 'a large number keeps its digits', key: '12345678901234567890', name: '12345678901234567890', codes: [] },
  { title: 'any other word stays', key: 'year', name: 'year', codes: [] },
])('as a key, $title', ({ key, name, codes }) => {
  expect(parameter(key)).toEqual({ name, codes })
})
