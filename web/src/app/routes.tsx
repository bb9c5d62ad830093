import { lazy, type ReactNode, Suspense } from 'react'
import { Navigate, Outlet, Route, Routes, useLocation } from 'react-router'
import { useMay, useSession } from '../lib/session'
import { Skeleton } from '../ui/skeleton'
import { Farm } from './farm'
import { ask_with_wanted, wanted_of } from './wanted'

// Each page is its own file over the wire.
const SignIn = lazy(() =>
  import('../features/auth/sign-in-page').then((m) => ({ default: m.SignInPage })),
)
const SignUp = lazy(() =>
  import('../features/auth/sign-up-page').then((m) => ({ default: m.SignUpPage })),
)
const ForgotPassword = lazy(() =>
  import('../features/auth/forgot-password-page').then((m) => ({ default: m.ForgotPasswordPage })),
)
const ResetPassword = lazy(() =>
  import('../features/auth/reset-password-page').then((m) => ({ default: m.ResetPasswordPage })),
)
const Invitation = lazy(() =>
  import('../features/auth/invitation-page').then((m) => ({ default: m.InvitationPage })),
)
const Settings = lazy(() => import('./settings-layout'))
const Account = lazy(() =>
  import('../features/account/account-page').then((m) => ({ default: m.AccountPage })),
)
const Members = lazy(() =>
  import('../features/members/members-page').then((m) => ({ default: m.MembersPage })),
)
const ApiKeys = lazy(() =>
  import('../features/api-keys/api-keys-page').then((m) => ({ default: m.ApiKeysPage })),
)
const Audit = lazy(() =>
  import('../features/audit/audit-page').then((m) => ({ default: m.AuditPage })),
)
const Overview = lazy(() => import('./overview/overview-page'))
const Printers = lazy(() =>
  import('../features/printers/printers-page').then((m) => ({ default: m.PrintersPage })),
)
const PrinterRoute = lazy(() => import('./printer-route'))
const Jobs = lazy(() => import('./jobs-route'))
const JobRoute = lazy(() => import('./job-route'))
const Files = lazy(() => import('./files-route').then((m) => ({ default: m.FilesRoute })))
const FileRoute = lazy(() => import('./files-route').then((m) => ({ default: m.FileRoute })))
const Hubs = lazy(() => import('../features/hubs/hubs-page').then((m) => ({ default: m.HubsPage })))
const NotFound = lazy(() => import('./not-found-page'))

export function AppRoutes() {
  return (
    <Routes>
      <Route element={<Signing />}>
        <Route path="/sign-in" element={<SigningPage page="/sign-in" />} />
        <Route path="/sign-up" element={<SigningPage page="/sign-up" />} />
      </Route>
      <Route element={<Linked />}>
        <Route path="/forgot-password" element={<ForgotPassword />} />
        <Route path="/reset-password" element={<ResetPassword />} />
        <Route path="/invite" element={<Invitation />} />
      </Route>
      <Route element={<SignedIn />}>
        <Route index element={<Overview />} />
        <Route path="printers" element={<Printers />} />
        <Route path="printers/:id" element={<PrinterRoute />} />
        <Route path="jobs" element={<Jobs />} />
        <Route path="jobs/:id" element={<JobRoute />} />
        <Route path="files" element={<Files />} />
        <Route path="files/:id" element={<FileRoute />} />
        <Route path="hubs" element={<Hubs />} />
        <Route path="settings" element={<Settings />}>
          <Route index element={<Account />} />
          <Route path="members" element={<Members />} />
          <Route path="api-keys" element={<ForAdmins page={<ApiKeys />} />} />
          <Route path="audit" element={<ForAdmins page={<Audit />} />} />
        </Route>
        <Route path="*" element={<NotFound />} />
      </Route>
    </Routes>
  )
}

function SignedIn() {
  const session = useSession()
  const { pathname, search } = useLocation()
  if (session.status === 'unknown') return <Opening />
  if (session.status === 'signed_out')
    return <Navigate to={ask_with_wanted('/sign-in', pathname + search)} replace />
  // Another organization is another farm: nothing of the first may stay in memory.
  return (
    <Farm key={session.who.organization.id}>
      <Suspense fallback={<PageLoading />}>
        <Outlet />
      </Suspense>
    </Farm>
  )
}

function Signing() {
  const session = useSession()
  const { search } = useLocation()
  if (session.status === 'unknown') return <Opening />
  if (session.status === 'signed_in') return <Navigate to={wanted_of(search)} replace />
  return (
    <Suspense fallback={<Opening />}>
      <Outlet />
    </Suspense>
  )
}

// Opened from a mail, by whoever is signed in or not.
function Linked() {
  return (
    <Suspense fallback={<Opening />}>
      <Outlet />
    </Suspense>
  )
}

function ForAdmins({ page }: { page: ReactNode }) {
  return useMay('admin') ? page : <NotFound />
}

function SigningPage({ page }: { page: '/sign-in' | '/sign-up' }): ReactNode {
  const wanted = wanted_of(useLocation().search)
  return page === '/sign-in' ? (
    <SignIn other_page={ask_with_wanted('/sign-up', wanted)} />
  ) : (
    <SignUp other_page={ask_with_wanted('/sign-in', wanted)} />
  )
}

function PageLoading() {
  return (
    <div role="status" aria-label="Opening the page" className="space-y-4">
      <Skeleton className="h-8 w-48" />
      <Skeleton className="h-64" />
    </div>
  )
}

function Opening() {
  return (
    <main className="flex min-h-dvh items-center justify-center" aria-busy="true">
      <img src="/favicon.svg" alt="PrintFarm is opening" className="size-10 animate-pulse" />
    </main>
  )
}
