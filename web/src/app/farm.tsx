// Everything that belongs to one signed-in organization: what was read, what is live, and the shell.
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { type ReactNode, useEffect, useState } from 'react'
import { Problem, unreachable_status } from '../lib/problem'
import { start_live } from '../lib/live'
import { PrintSheetHost } from './print-sheet-host'
import { Shell } from './shell'

const retries_max = 2

// A refusal stays a refusal; only what never got an answer is asked again.
function worth_another_try(failures: number, error: unknown): boolean {
  const transient =
    error instanceof Problem && (error.status === unreachable_status || error.status >= 500)
  return transient && failures < retries_max
}

function new_client(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      // The socket says what changed: nothing has to be read again on suspicion, except after a sleep.
      queries: { staleTime: 5 * 60_000, retry: worth_another_try },
      mutations: { retry: false },
    },
  })
}

export function Farm({ children }: { children: ReactNode }) {
  const [client] = useState(new_client)
  useEffect(() => start_live(client), [client])
  return (
    <QueryClientProvider client={client}>
      <Shell>{children}</Shell>
      <PrintSheetHost />
    </QueryClientProvider>
  )
}
