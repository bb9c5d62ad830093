// Values as people read them. Every function takes what may be unknown, and shows it as a dash.

export const unknown_mark = '–'

const number_formats = new Map<number, Intl.NumberFormat>()
function number(value: number, digits: number): string {
  let format = number_formats.get(digits)
  if (!format) {
    format = new Intl.NumberFormat(undefined, { maximumFractionDigits: digits })
    number_formats.set(digits, format)
  }
  return format.format(value)
}

export function degrees(celsius: number | undefined): string {
  return celsius === undefined ? unknown_mark : `${number(Math.round(celsius), 0)} °C`
}

export function percent(value: number | undefined): string {
  return value === undefined ? unknown_mark : `${number(Math.floor(value), 0)} %`
}

export function grams(value: number | undefined): string {
  if (value === undefined) return unknown_mark
  return value >= 1000 ? `${number(value / 1000, 2)} kg` : `${number(value, value < 100 ? 1 : 0)} g`
}

export function meters(value: number | undefined): string {
  return value === undefined ? unknown_mark : `${number(value, value < 100 ? 1 : 0)} m`
}

export function millimeters(value: number | undefined): string {
  return value === undefined ? unknown_mark : `${number(value, 2)} mm`
}

export function bytes(value: number | undefined): string {
  if (value === undefined) return unknown_mark
  const units = ['B', 'kB', 'MB', 'GB']
  let amount = value
  let unit = 0
  while (amount >= 1000 && unit < units.length - 1) {
    amount /= 1000
    unit += 1
  }
  return `${number(amount, unit === 0 || amount >= 100 ? 0 : 1)} ${units[unit]}`
}

export function duration_minutes(minutes: number | undefined): string {
  if (minutes === undefined) return unknown_mark
  const whole = Math.round(minutes)
  if (whole < 60) return `${whole} min`
  const days = Math.floor(whole / 1440)
  const hours = Math.floor((whole % 1440) / 60)
  if (days > 0) return hours === 0 ? `${days} d` : `${days} d ${hours} h`
  return whole % 60 === 0 ? `${hours} h` : `${hours} h ${whole % 60} min`
}

export function duration_seconds(seconds: number | undefined): string {
  if (seconds === undefined) return unknown_mark
  return seconds < 60 ? `${Math.round(seconds)} s` : duration_minutes(seconds / 60)
}

export function layers(current: number | undefined, total: number | undefined): string {
  if (current === undefined && total === undefined) return unknown_mark
  return `${current ?? unknown_mark} / ${total ?? unknown_mark}`
}

// How long ago, in the coarsest unit that still says something.
export function age(since: number | undefined, now: number): string {
  if (since === undefined) return unknown_mark
  const seconds = Math.max(0, Math.floor((now - since) / 1000))
  if (seconds < 5) return 'just now'
  if (seconds < 60) return `${seconds} s ago`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min ago`
  const hours = Math.floor(minutes / 60)
  return hours < 48 ? `${hours} h ago` : `${Math.floor(hours / 24)} days ago`
}

const clock_format = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' })
const weekday_format = new Intl.DateTimeFormat(undefined, {
  weekday: 'short',
  hour: '2-digit',
  minute: '2-digit',
})
const date_format = new Intl.DateTimeFormat(undefined, {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
})

// A moment: the time alone today, with its weekday within six days, with its date otherwise.
export function moment(at: number | undefined, now: number): string {
  if (at === undefined) return unknown_mark
  if (new Date(at).toDateString() === new Date(now).toDateString()) return clock_format.format(at)
  const six_days_ms = 6 * 24 * 3_600_000
  return (Math.abs(at - now) < six_days_ms ? weekday_format : date_format).format(at)
}

export function fingerprint(hex: string | undefined): string {
  if (!hex) return unknown_mark
  return (hex.match(/.{1,4}/g) ?? [hex]).join(' ')
}

export function count(amount: number, one: string, many = `${one}s`): string {
  return `${number(amount, 0)} ${amount === 1 ? one : many}`
}
