// What a browser calls itself, in the few words by which a person knows it again. Only for reading:
// nothing is decided by it.

const browsers: readonly [RegExp, string][] = [
  [/Edg\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/Firefox\//, 'Firefox'],
  [/Chrome\//, 'Chrome'],
  [/Safari\//, 'Safari'],
]
const systems: readonly [RegExp, string][] = [
  [/iPhone|iPad/, 'iOS'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'macOS'],
  [/Linux/, 'Linux'],
]

export function device_words(user_agent: string): string {
  const of = (list: readonly [RegExp, string][]) =>
    list.find(([sign]) => sign.test(user_agent))?.[1]
  const [browser, system] = [of(browsers), of(systems)]
  if (browser && system) return `${browser} on ${system}`
  // A program: its own name says more than a guess.
  return browser ?? system ?? (user_agent.slice(0, 40) || 'unknown device')
}
