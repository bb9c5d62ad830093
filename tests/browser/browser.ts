// Headless Chromium, the accessibility rules, and pictures.
import { mkdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'

const root = resolve(import.meta.dirname, '../..')
const axe_source = readFileSync(join(root, 'web/node_modules/axe-core/axe.min.js'), 'utf8')
const pictures = join(import.meta.dirname, 'screenshots')

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    // Run as root in containers, where Chromium's own sandbox cannot be set up.
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking'],
  })
}

// What the browser itself complained about. A refused request is an answer, not a fault of the page.
export function watch_faults(page: Page): string[] {
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(error.message))
  page.on('console', (message) => {
    const expected = /Failed to load resource|WebSocket connection to/.test(message.text())
    if (message.type() === 'error' && !expected) faults.push(message.text())
  })
  return faults
}

interface AxeViolation {
  id: string
  nodes: { html: string }[]
}
interface AxeWindow {
  axe: { run: (options: object) => Promise<{ violations: AxeViolation[] }> }
}

const axe_rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

export async function accessibility_faults(page: Page): Promise<string[]> {
  // Not a script element: the page's content policy allows none from elsewhere.
  await page.evaluate(axe_source)
  return page.evaluate(async (rules) => {
    // The line above put it there.
    const { axe } = window as unknown as AxeWindow
    const { violations } = await axe.run({ runOnly: rules })
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`)
  }, axe_rules)
}

export async function take_picture(page: Page, name: string): Promise<void> {
  mkdirSync(pictures, { recursive: true })
  await page.screenshot({ path: join(pictures, `${name}.png`) })
}
