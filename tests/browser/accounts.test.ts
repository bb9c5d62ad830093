// People: an invitation handed over, two-step sign-in with a wrong and a right code, and sessions that
// are ended from elsewhere. Each test goes on where the one before ended.
import { createHmac } from 'node:crypto'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest'
import { accessibility_faults, launch, take_picture, watch_faults } from './browser'
import { Farm } from './farm'

const patience_ms = 60_000
const mara = { email: 'mara@kestrel.example', password: 'correct horse battery', name: 'Mara Lind' }
const tom = { email: 'tom@kestrel.example', password: 'another long sentence', name: 'Tom Reed' }

const farm = new Farm()
let browser: Browser
let page: Page
let faults: string[]
let secret = ''

beforeAll(async () => {
  await farm.start({ printers: 'none' })
  browser = await launch()
  page = await new_person()
  faults = watch_faults(page)
})
afterAll(async () => {
  await browser?.close()
  await farm.stop()
})

// A browser of his own: no cookies of anybody else.
async function new_person(): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    reducedMotion: 'reduce',
  })
  context.setDefaultTimeout(patience_ms)
  return context.newPage()
}

const seen = (what: Locator) => what.first().waitFor({ timeout: patience_ms })
const button = (name: string | RegExp, on: Page | Locator = page) =>
  on.getByRole('button', { name, exact: true })
const heading = (name: string, on: Page = page) => on.getByRole('heading', { name, exact: true })

function step(name: string, run: () => Promise<void>): void {
  test(name, async () => {
    onTestFailed(async () => {
      process.stderr.write(`${farm.last_words()}\n`)
      await take_picture(page, 'failed-accounts')
    })
    await run()
  })
}

async function sign_in(on: Page, who: { email: string; password: string }): Promise<void> {
  await on.goto(`${farm.url}/sign-in`)
  await on.getByLabel('E-mail').fill(who.email)
  await on.getByLabel('Password').fill(who.password)
  await button('Sign in', on).click()
}

// RFC 6238, as the person's app computes it.
function code_now(base32: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  const bits = [...base32.replaceAll(' ', '')]
    .map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0'))
    .join('')
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)))
  const moving = Buffer.alloc(8)
  moving.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)))
  const hash = createHmac('sha1', key).update(moving).digest()
  const at = (hash.at(-1) ?? 0) & 0xf
  return String((hash.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

step('an owner invites somebody, and hands over the link', async () => {
  await page.goto(`${farm.url}/sign-up`)
  await page.getByLabel('Organization').fill('Kestrel Works')
  await page.getByLabel('Your name').fill(mara.name)
  await page.getByLabel('E-mail').fill(mara.email)
  await page.getByLabel('Password').fill(mara.password)
  await button('Create organization').click()
  await seen(heading('Overview'))
  await page.goto(`${farm.url}/settings/members`)
  await button('Invite').click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('E-mail').fill(tom.email)
  await dialog.getByLabel('Role').selectOption('viewer')
  await button('Invite', dialog).click()
  const link = await page.getByLabel('Link of the invitation').textContent()
  expect(new URL(link ?? '').pathname).toBe('/invite')
  await take_picture(page, 'invited')
  await accept(new URL(link ?? '').hash)
})

async function accept(hash: string): Promise<void> {
  const other = await new_person()
  await other.goto(`${farm.url}/invite${hash}`)
  await seen(heading('Join Kestrel Works', other))
  await take_picture(other, 'invitation')
  await other.getByLabel('Your name').fill(tom.name)
  await other.getByLabel('Password').fill(tom.password)
  await button('Join Kestrel Works', other).click()
  await seen(heading('Overview', other))
  // A viewer is offered nothing that would be refused.
  await other.goto(`${farm.url}/settings/members`)
  await seen(other.getByText(mara.email))
  expect(await button('Invite', other).count()).toBe(0)
  expect(await other.getByRole('link', { name: 'API keys' }).count()).toBe(0)
  await other.goto(`${farm.url}/invite${hash}`)
  await seen(other.getByText('This invitation cannot be used'))
  await other.context().close()
}

step('the new member has a role that the owner changes', async () => {
  await button('Done').click()
  await page.goto(`${farm.url}/settings/members`)
  await page.getByLabel(`Role of ${tom.name}`).selectOption('operator')
  await seen(page.getByText(`${tom.name} is operator now`))
  await page.goto(`${farm.url}/settings/audit`)
  await seen(page.getByText('members: update'))
})

step('two-step sign-in is on once the app has proved itself', async () => {
  await page.goto(`${farm.url}/settings`)
  await button('Set up').click()
  secret = (await page.getByLabel('Secret for the app').textContent()) ?? ''
  const code_field = page.getByRole('dialog').getByLabel(/^Code that/)
  await code_field.fill(code_now(secret) === '000000' ? '111111' : '000000')
  await button('Switch on').click()
  await seen(page.getByRole('dialog').locator('[role=alert], [id$=-fault]'))
  await code_field.fill(code_now(secret))
  await button('Switch on').click()
  await seen(heading('Keep these recovery codes'))
  await take_picture(page, 'recovery-codes')
})

step('signing in then asks for a code, and takes a recovery code but no wrong one', async () => {
  const recovery_code =
    (await page.getByRole('dialog').getByRole('listitem').first().textContent()) ?? ''
  await button('I have kept them').click()
  const other = await new_person()
  await sign_in(other, mara)
  await seen(heading('One more step', other))
  await other.getByLabel('Code').fill('000000')
  await button('Sign in', other).click()
  await seen(other.getByRole('alert'))
  await take_picture(other, 'second-step')
  await button('Use a recovery code', other).click()
  await other.getByLabel('Recovery code').fill(recovery_code)
  await button('Sign in', other).click()
  await seen(heading('Overview', other))
  await end_sessions_of(other)
})

async function end_sessions_of(other: Page): Promise<void> {
  await page.goto(`${farm.url}/settings`)
  await seen(page.getByText('This one'))
  await take_picture(page, 'account')
  await button('End all others').click()
  await button('End all others').waitFor({ state: 'hidden' })
  await other.goto(`${farm.url}/settings`)
  await seen(heading('Sign in', other))
  await other.context().close()
}

const new_pages = ['/settings', '/settings/members', '/settings/api-keys', '/settings/audit']

for (const scheme of ['light', 'dark'] as const) {
  step(`the settings are accessible and fit a phone in ${scheme}`, async () => {
    await page.emulateMedia({ colorScheme: scheme })
    const found: string[] = []
    for (const path of new_pages) {
      await page.setViewportSize({ width: 1440, height: 900 })
      await page.goto(farm.url + path)
      await seen(heading('Settings'))
      await page.waitForLoadState('networkidle')
      await take_picture(page, `${scheme}${path.replaceAll('/', '-')}`)
      found.push(...(await accessibility_faults(page)))
      await page.setViewportSize({ width: 390, height: 844 })
      await take_picture(page, `phone-${scheme}${path.replaceAll('/', '-')}`)
      const surplus = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      expect(surplus, path).toBeLessThanOrEqual(0)
    }
    expect(found).toEqual([])
    expect(faults).toEqual([])
  })
}
