// How a thing should feel at a glance. Never the only sign: a word or an icon stands beside it.
export type Tone = 'neutral' | 'info' | 'success' | 'warning' | 'danger'
