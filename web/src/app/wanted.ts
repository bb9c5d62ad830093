// The address somebody wanted before being asked to sign in, carried through the sign-in pages.

const parameter = 'next'

export function ask_with_wanted(page: '/sign-in' | '/sign-up', wanted: string): string {
  return wanted === '/' ? page : `${page}?${parameter}=${encodeURIComponent(wanted)}`
}

// Only a path of this app: anything else in a link somebody sent would lead away after signing in.
export function wanted_of(search: string): string {
  const wanted = new URLSearchParams(search).get(parameter) ?? '/'
  const ours = /^\/(?![/\\])[\w\-./?=&%:]*$/.test(wanted)
  return ours && !/^\/sign-(in|up)/.test(wanted) ? wanted : '/'
}
