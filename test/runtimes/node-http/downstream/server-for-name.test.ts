import { expect, test } from 'vitest'
import { serverForName } from '../../../../src/runtimes/node-http/downstream/server-for-name.ts'

const exact = { hosts: ['shop.example.com', 'b.test'] }
const suffix = { hosts: ['*.example.com'] }
const longer = { hosts: ['*.eu.example.com'] }
const all = { hosts: ['*'] }
const servers = [all, suffix, longer, exact]

test.each([
  { title: 'a name that one has exactly', name: 'shop.example.com', server: exact },
  { title: 'a name in other letter case', name: 'SHOP.example.com', server: exact },
  { title: 'a name under a suffix', name: 'a.example.com', server: suffix },
  { title: 'the longest of several suffixes', name: 'a.eu.example.com', server: longer },
  { title: 'a name several labels under a suffix', name: 'a.b.example.com', server: suffix },
  { title: 'the suffix itself, which is not under it', name: 'example.com', server: all },
  { title: 'a name of nobody’s', name: 'c.test', server: all },
  { title: 'no name', name: undefined, server: all },
])('$title', ({ name, server }) => {
  expect(serverForName(servers, name)).toBe(server)
})

test.each([
  { title: 'a name of nobody’s', name: 'c.test' },
  { title: 'no name', name: undefined },
])('without a server for `*`, $title finds none', ({ name }) => {
  expect(serverForName([exact, suffix], name)).toBeUndefined()
})

test('of two servers for one name, the first counts', () => {
  const second = { hosts: ['b.test'] }
  expect(serverForName([exact, second], 'b.test')).toBe(exact)
})
