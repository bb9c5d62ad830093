// From nothing to a cleared plate, as a person does it. Each test goes on where the one before ended.
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFailed, test } from 'vitest'
import { accessibility_faults, launch, take_picture, watch_faults } from './browser'
import { Farm, type SimulatedPrinter } from './farm'

const root = resolve(import.meta.dirname, '../..')
const cube = [
  join(root, '../shared/bambu/data/3mf/A1mini_cube_1plate.gcode.3mf'),
  join(root, 'tests/fixtures/cube_a1mini.gcode.3mf'),
].find(existsSync)

// Steps of the farm itself (a connection, a whole print) are waited for, never slept through.
const farm_patience_ms = 120_000
const person = {
  email: 'mara@kestrel.example',
  password: 'correct horse battery',
  name: 'Mara Lind',
}

const farm = new Farm()
let browser: Browser
let page: Page
let faults: string[]

beforeAll(async () => {
  await farm.start()
  browser = await launch()
  page = await browser.newPage({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' })
  page.setDefaultTimeout(60_000)
  faults = watch_faults(page)
})
afterAll(async () => {
  await browser?.close()
  await farm.stop()
})

const button = (name: string | RegExp, within: Page | Locator = page) =>
  within.getByRole('button', { name, exact: true })
const field = (name: string | RegExp) => page.getByRole('textbox', { name })
const dialog = () => page.getByRole('dialog')
const card = (name: string) => page.getByRole('article', { name })
const seen = (what: Locator) => what.first().waitFor({ timeout: farm_patience_ms })
const row_of_job = () => page.locator('[data-job]').first()

function step(name: string, run: () => Promise<void>): void {
  test(name, async () => {
    onTestFailed(async () => {
      process.stderr.write(`${farm.last_words()}\n`)
      await take_picture(page, 'failed')
    })
    await run()
  })
}

describe('a new organization', () => {
  step('is asked to sign in and keeps the page it wanted', async () => {
    await page.goto(`${farm.url}/printers?show=busy`)
    await seen(page.getByRole('heading', { name: 'Sign in' }))
    expect(new URL(page.url()).pathname).toBe('/sign-in')
    await page.getByRole('link', { name: 'Create an organization' }).click()
    await field('Organization').fill('Kestrel Works')
    await field('Your name').fill(person.name)
    await field('E-mail').fill(person.email)
    await page.getByLabel('Password').fill('short')
    await button('Create organization').click()
    await seen(page.getByText('Needs at least 10 characters.'))
    await page.getByLabel('Password').fill(person.password)
    await button('Create organization').click()
    await seen(page.getByRole('heading', { name: 'Printers', exact: true }))
    expect(page.url()).toBe(`${farm.url}/printers?show=busy`)
  })

  step('signs out, and in again only with the right password', async () => {
    await page.getByRole('button', { name: person.name }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await field('E-mail').fill(person.email)
    await page.getByLabel('Password').fill('not this one at all')
    await button('Sign in').click()
    await seen(page.getByRole('alert'))
    await page.getByLabel('Password').fill(person.password)
    await button('Sign in').click()
    await seen(page.getByRole('heading', { name: 'Printers', exact: true }))
  })

  step('claims a hub with the command that the page shows, and sees it come', async () => {
    await page.goto(`${farm.url}/`)
    await page.getByRole('link', { name: 'Add a hub' }).click()
    await button('Add hub').click()
    await field(/^Name/).fill('Workshop')
    await button('Get the claim token').click()
    const command = await page.getByLabel('Command that claims the hub').textContent()
    expect(command).toContain(`--cloud ${farm.url}`)
    await farm.run_shown_command(command ?? '')
    await seen(dialog().getByText('Workshop is yours'))
    await take_picture(page, 'hub-claimed')
    await button('Done').click()
    farm.start_hub()
    await seen(page.getByText('Online'))
  })
})

async function add_printer(
  printer: SimulatedPrinter,
  name: string,
  access_code: string,
): Promise<void> {
  await page.goto(`${farm.url}/printers`)
  await button('Add printer').click()
  await field('Name').fill(name)
  await field('Serial number').fill(printer.serial_number)
  await field('Access code').fill(access_code)
  await field(/^Address/).fill(printer.ip_address)
  await page.getByLabel(/^Model/).selectOption(printer.model)
  await dialog().getByText('Advanced').click()
  for (const [part, label] of [
    ['mqtt', /^MQTT/],
    ['ftps', /^FTPS/],
    ['detect', /^Detect/],
  ] as const) {
    const port = printer.ports?.[part]
    if (port !== undefined) await field(label).fill(String(port))
  }
  await button('Add printer', dialog()).click()
  await dialog().waitFor({ state: 'hidden' })
}

function simulated(index: number): SimulatedPrinter {
  const printer = farm.printers[index]
  if (!printer) throw new Error(`The simulator has no printer ${index}.`)
  return printer
}

describe('a printer', () => {
  step('is added, connects and says that its plate needs clearing', async () => {
    await add_printer(simulated(0), 'Kestrel', simulated(0).access_code)
    await seen(card('Kestrel').getByText('Idle'))
    await seen(card('Kestrel').getByText('Needs clearing'))
  })

  step(
    'with a wrong access code is told so in words, and connects after it was corrected',
    async () => {
      await add_printer(simulated(1), 'Merlin', '00000000')
      await seen(card('Merlin').getByText('Access code refused'))
      await page.getByRole('link', { name: 'Merlin' }).click()
      await button('More about this printer').click()
      await page.getByRole('menuitem', { name: 'Edit' }).click()
      await field(/^New access code/).fill(simulated(1).access_code)
      await button('Save').click()
      await seen(page.getByText('Idle'))
      await seen(
        page.getByText('Issuer unknown: remembered at the first connection', { exact: false }),
      )
    },
  )

  step('cannot be added twice', async () => {
    await page.goto(`${farm.url}/printers`)
    await button('Add printer').click()
    await field('Name').fill('Kestrel again')
    await field('Serial number').fill(simulated(0).serial_number)
    await field('Access code').fill('12345678')
    await button('Add printer', dialog()).click()
    await seen(dialog().locator('[role=alert], [id$=-fault]'))
    await button('Cancel', dialog()).click()
  })
})

describe('a file', () => {
  step('that is no sliced 3MF is refused in words', async () => {
    await page.goto(`${farm.url}/files`)
    const not_a_zip = {
      name: 'holiday.3mf',
      mimeType: 'model/3mf',
      buffer: Buffer.from('This is not a zip file.'),
    }
    await page.getByLabel('Files to upload').setInputFiles(not_a_zip)
    const uploads = page.getByRole('region', { name: 'Uploads' })
    await seen(uploads.getByLabel('Refused'))
    expect(await uploads.getByRole('alert').textContent()).toMatch(/\w+ \w+/)
  })

  step('is uploaded and shows what is in it', async () => {
    if (!cube) throw new Error('There is no sliced file to upload.')
    await page.getByLabel('Files to upload').setInputFiles(cube)
    await seen(page.getByLabel('Stored'))
    await button('Clear ended').click()
    await page
      .getByRole('main')
      .getByRole('link', { name: /\.gcode\.3mf/ })
      .click()
    await seen(page.getByRole('heading', { name: /Plate 1/ }))
    await seen(page.getByText('A1 mini'))
    const picture = page.locator('main img')
    await picture.scrollIntoViewIfNeeded()
    // Decoded, not merely asked for.
    await page.waitForFunction(
      () => document.querySelector<HTMLImageElement>('main img')?.naturalWidth,
    )
  })
})

interface Order {
  plate_is_empty: boolean
  priority?: 'Low'
}

async function order_print({ plate_is_empty, priority }: Order): Promise<void> {
  await page.goto(`${farm.url}/files`)
  await page
    .getByRole('button', { name: /^Print / })
    .first()
    .click()
  await dialog()
    .getByRole('radio', { name: /Kestrel/ })
    .check()
  if (plate_is_empty) await dialog().getByRole('checkbox', { name: 'The plate is empty' }).click()
  if (priority) await dialog().getByLabel('Priority in the queue').selectOption(priority)
  await button('Start print').click()
  await dialog().waitFor({ state: 'hidden' })
  await page.goto(`${farm.url}/jobs`)
}

describe('a print', () => {
  step('starts on a plate that somebody saw empty, and is watched to its end', async () => {
    await order_print({ plate_is_empty: true })
    await seen(row_of_job().getByText('Printing', { exact: true }))
    await page.getByRole('link', { name: 'Printers' }).first().click()
    // Its own percent: only a report of the running print can say so.
    await seen(card('Kestrel').getByText(/^[1-9]\d? %$/))
    await take_picture(page, 'printing')
    await page.getByRole('link', { name: 'Jobs' }).first().click()
    await button(/^Pause/, row_of_job()).click()
    await seen(row_of_job().getByText('Paused', { exact: true }))
    await take_picture(page, 'paused')
    await button(/^Resume/, row_of_job()).click()
    await seen(row_of_job().getByText('Printing', { exact: true }))
    await seen(row_of_job().getByText('Finished'))
    await take_picture(page, 'finished')
  })

  step('leaves a plate that needs clearing, until somebody says that it is empty', async () => {
    await button(/Plate is empty/, row_of_job()).click()
    await button(/Plate is empty/, row_of_job()).waitFor({ state: 'hidden' })
    await page.goto(`${farm.url}/printers`)
    await seen(card('Kestrel').getByText('ready for a print', { exact: false }))
  })

  step('uses up that word: the one after the next waits and says for what', async () => {
    // The plate is known to be empty once: this print may go without asking again.
    await order_print({ plate_is_empty: false })
    await seen(row_of_job().getByText('Finished'))
    await order_print({ plate_is_empty: false })
    await seen(row_of_job().getByText('Waiting', { exact: true }))
    await seen(row_of_job().getByText(/clear plate/i))
    await take_picture(page, 'waiting')
    await page.goto(`${farm.url}/printers`)
    await seen(card('Kestrel').getByText('Needs clearing'))
    expect(await card('Kestrel').getByText('Idle').count()).toBe(1)
  })

  step('tells its story on its own page', async () => {
    await page.getByRole('link', { name: 'Jobs' }).first().click()
    await row_of_job().getByRole('link').first().click()
    await seen(page.getByRole('heading', { name: 'What happened' }))
    await seen(page.getByText('Created'))
    await seen(page.getByText(`by ${person.name}`))
    await take_picture(page, 'story')
  })

  step('is passed by another that was moved above it in the queue', async () => {
    await order_print({ plate_is_empty: false, priority: 'Low' })
    const rows = page.locator('[data-job]')
    await seen(rows.nth(1).getByText('priority low'))
    const lower = await rows.nth(1).getAttribute('data-job')
    await button(/^Move .* up/, rows.nth(1)).click()
    await expect.poll(() => rows.first().getAttribute('data-job'), { timeout: 20_000 }).toBe(lower)
    await take_picture(page, 'queue')
    await button(/^Cancel/, row_of_job()).click()
    await button('Cancel job').click()
    await expect
      .poll(() => rows.first().getAttribute('data-job'), { timeout: 20_000 })
      .not.toBe(lower)
    await page.goto(`${farm.url}/printers`)
  })

  step('that waits starts when the plate is cleared, and stops when it is cancelled', async () => {
    await button(/Plate is empty/, card('Kestrel')).click()
    await page.goto(`${farm.url}/jobs`)
    await seen(row_of_job().getByText('Printing', { exact: true }))
    await button(/^Stop/, row_of_job()).click()
    await button('Stop print').click()
    await seen(row_of_job().getByText('Cancelled'))
  })
})

const main_pages = ['/', '/printers', '/jobs', '/files', '/hubs']

describe('the app', () => {
  step('says that the server is away, and is live again by itself when it is back', async () => {
    await page.goto(`${farm.url}/printers`)
    await seen(card('Merlin').getByText('Idle'))
    await farm.stop_cloud()
    await seen(page.getByText('No connection to the server.'))
    await take_picture(page, 'away')
    await farm.start_cloud()
    await page
      .getByText('No connection to the server.')
      .waitFor({ state: 'hidden', timeout: farm_patience_ms })
    await seen(card('Merlin').getByText('Idle'))
  })

  for (const scheme of ['light', 'dark'] as const) {
    step(`is accessible on its main pages in ${scheme}`, async () => {
      await page.emulateMedia({ colorScheme: scheme })
      const found: Record<string, string[]> = {}
      for (const path of [...main_pages, await printer_path()]) {
        await page.goto(farm.url + path)
        await seen(page.getByRole('heading', { level: 1 }))
        await page.waitForLoadState('networkidle')
        await take_picture(page, `${scheme}${path.replaceAll('/', '-').slice(0, 10)}`)
        found[path] = await accessibility_faults(page)
      }
      expect(Object.values(found).flat()).toEqual([])
    })
  }

  step('fits a phone without scrolling sideways', async () => {
    await page.setViewportSize({ width: 360, height: 740 })
    for (const path of main_pages) {
      await page.goto(farm.url + path)
      await seen(page.getByRole('heading', { level: 1 }))
      await page.waitForLoadState('networkidle')
      await take_picture(page, `phone${path.replaceAll('/', '-')}`)
      const surplus = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      expect(surplus, path).toBeLessThanOrEqual(0)
    }
    await page.setViewportSize({ width: 1440, height: 900 })
  })

  step('made no browser complain on the way', async () => {
    expect(faults).toEqual([])
  })
})

async function printer_path(): Promise<string> {
  await page.goto(`${farm.url}/printers`)
  const href = await page.getByRole('link', { name: 'Kestrel' }).getAttribute('href')
  if (!href) throw new Error('The card of the printer leads nowhere.')
  return href
}
