// Who may do what, on every route that /openapi.json tells of: strangers, members of each role,
// keys for single printers, and nobody.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Api } from '../../tools/demo/api.mjs'
import { Farm } from './farm.mjs'
import { Routes, filled } from './routes.mjs'

const nowhere = '01234567-0123-7123-8123-0123456789ab'
const roles = ['viewer', 'operator', 'admin', 'owner']

let farm, routes, ids, body_ids

before(async () => {
  farm = await Farm.start({ printers: 2, cloud_options: ['--ordinary-per-minute', '0', '--bulk-per-minute', '0'] })
  await farm.claim_hub()
  const printer = await farm.add_printer(farm.simulated[0])
  await farm.connected(printer)
  const file = await farm.upload()
  const job = await farm.create_job(file, printer)
  const { command_id } = await farm.api.post(`/api/hubs/${farm.hub_id}/identify`)
  const { api_key } = await farm.api.post('/api/api-keys', { name: 'Slicer', role: 'viewer' })
  const { invitation } = await farm.api.post('/api/invitations', { email: 'i@farm.example', role: 'viewer' })
  const [session] = (await farm.api.get('/auth/sessions')).items
  const { user, organization } = await farm.api.get('/auth/me')
  ids = {
    printers: printer.id, files: file.id, jobs: job.id, hubs: farm.hub_id, commands: command_id,
    'api-keys': api_key.id, invitations: invitation.id, sessions: session.id, members: user.id,
    organizations: organization.id,
  }
  body_ids = { printer_id: printer.id, file_id: file.id, job_id: job.id, hub_id: farm.hub_id }
  routes = await Routes.of(farm.api)
})
after(() => farm?.stop())

const with_body = ({ body }) => Boolean(body)
const is_unsafe = ({ method }) => method !== 'GET'

async function ask(api, route, place, values = body_ids) {
  const multipart = { 'Content-Type': 'multipart/form-data; boundary=b' }
  const body_sent = route.takes_file ? '--b--' : routes.body_of(route, values)
  const response = await api.raw(route.method, place, body_sent, route.takes_file ? multipart : {})
  const text = await response.text()
  let body
  try {
    body = JSON.parse(text)
    delete body.request_id
  } catch {
    body = text
  }
  return { status: response.status, body }
}

const all_nowhere = (values) => Object.fromEntries(Object.keys(values).map((name) => [name, nowhere]))

test('another organisation gets the same bytes for our ids as for ids that never were', async () => {
  const stranger = new Api(farm.url)
  await stranger.register({
    email: 'stranger@farm.example', password: 'a long password', name: 'S', organization_name: 'Other',
  })
  const with_ids = routes.protected.filter(({ place }) => place.includes('{'))
  assert.ok(with_ids.length > 30)
  for (const route of with_ids) {
    const ours = await ask(stranger, route, filled(route.place, ids))
    const never = await ask(stranger, route, filled(route.place, all_nowhere(ids)))
    assert.equal(ours.status, 404, `${route.method} ${route.place} ${JSON.stringify(ours.body)}`)
    assert.deepEqual(ours, never, `${route.method} ${route.place}`)
  }
})

test('our ids in the body of another organisation are unknown as well', async () => {
  const stranger = new Api(farm.url)
  await stranger.register({
    email: 'second@farm.example', password: 'a long password', name: 'S', organization_name: 'Second',
  })
  let told = 0
  for (const route of routes.protected.filter(with_body).filter(({ place }) => !place.includes('{'))) {
    const named = JSON.parse(routes.body_of(route, body_ids))
    if (!Object.values(named).flat().some((value) => Object.values(body_ids).includes(value))) continue
    const ours = await ask(stranger, route, route.place)
    const never = await ask(stranger, route, route.place, all_nowhere(body_ids))
    const did_nothing = [404, 422].includes(ours.status) || ours.body.items?.length === 0
    assert.ok(did_nothing, `${route.method} ${route.place} ${JSON.stringify(ours)}`)
    assert.deepEqual(ours, never, `${route.method} ${route.place}`)
    told++
  }
  assert.ok(told >= 4, String(told))
})

test('without a session every route but the open ones answers 401', async () => {
  const nobody = Api.with_token(farm.url, 'nobody')
  for (const route of routes.protected) {
    const { status } = await ask(nobody, route, filled(route.place, ids))
    assert.equal(status, 401, `${route.method} ${route.place}`)
  }
})

test('a role below the least one gets 403 on that route, whatever it sends', async () => {
  for (const role of roles.slice(0, -1)) {
    const member = await farm.member(role)
    const above = routes.protected.filter(({ least_role }) =>
      roles.indexOf(least_role) > roles.indexOf(role))
    assert.ok(above.length > 1)
    for (const route of above) {
      const { status } = await ask(member, route, filled(route.place, ids))
      assert.equal(status, 403, `${role}: ${route.method} ${route.place}`)
    }
  }
})

test('a viewer can write nothing that is the organisation\'s', async () => {
  const open_to_viewers = routes.protected.filter(is_unsafe).filter(({ least_role, place }) =>
    least_role === 'viewer' && place.startsWith('/api/'))
  assert.deepEqual(open_to_viewers.map(({ method, place }) => `${method} ${place}`), [
    'DELETE /api/members/{user_id}', // Oneself.
    'POST /api/organizations', // Of one's own.
  ])
  const viewer = await farm.member('viewer')
  const other = await viewer.answer('DELETE', `/api/members/${ids.members}`)
  assert.equal(other.status, 403)
})

test('a key for one printer neither sees nor moves another', async () => {
  const second = await farm.add_printer(farm.simulated[1])
  const { key } = await farm.api.post('/api/api-keys', {
    name: 'One printer', role: 'operator', printer_ids: [ids.printers],
  })
  const limited = Api.with_token(farm.url, key)
  assert.deepEqual((await limited.all('/api/printers')).map((one) => one.id), [ids.printers])
  assert.equal((await limited.answer('POST', `/api/printers/${second.id}/cleared`)).status, 404)
  const create_on = async (printer_id) => {
    const { status, body } = await limited.answer('POST', '/api/jobs', { file_id: ids.files, printer_id })
    return { status, says: body.detail, errors: body.errors }
  }
  const refused = await create_on(second.id)
  assert.equal(refused.status, 422)
  assert.deepEqual(refused, await create_on(nowhere))
  assert.equal((await limited.answer('GET', `/api/printers/${ids.printers}`)).status, 200)
})

test('every route answers as itself, literal words before parameters', async () => {
  const unknown = await farm.api.answer('GET', '/api/no-such-noun')
  for (const route of routes.protected) {
    const never = filled(route.place, all_nowhere(ids))
    const response = await farm.api.raw(route.method, never, route.body && '[]')
    const text = await response.text()
    assert.notEqual(response.status, 405, `${route.method} ${route.place}`)
    if (response.status !== 404) continue
    assert.notEqual(JSON.parse(text).detail, unknown.body.detail, `${route.method} ${route.place}`)
  }
  const cleared = await farm.api.answer('POST', '/api/printers/cleared', { printer_ids: [ids.printers] })
  assert.equal(cleared.status, 200)
})
