// Generated from the C++ declarations by ./dev generate. Never edited by hand.
import { send, send_file, type UploadOptions } from '../lib/http'
import type * as t from './protocol'

export const api = {
  audit: {
    list: (query?: t.AuditQuery) =>
      send<t.AuditEntryPage>('GET', `/api/audit`, { query }),
  },
  auth: {
    register: (body: t.Registration) =>
      send<t.SignedIn>('POST', `/auth/register`, { body }),
    login: (body: t.Login) =>
      send<t.SignedIn>('POST', `/auth/login`, { body }),
    refresh: () =>
      send<t.SignedIn>('POST', `/auth/refresh`),
    logout: () =>
      send<void>('POST', `/auth/logout`),
    me: () =>
      send<t.SignedIn>('GET', `/auth/me`),
  },
  sessions: {
    list: () =>
      send<t.SessionPage>('GET', `/auth/sessions`),
    revoke: (id: string) =>
      send<void>('DELETE', `/auth/sessions/${encodeURIComponent(id)}`),
    revoke_others: () =>
      send<void>('POST', `/auth/sessions/revoke-others`),
    switch_organization: (body: t.OrganizationChoice) =>
      send<t.SignedIn>('POST', `/auth/organization`, { body }),
  },
  passwords: {
    forgot: (body: t.ForgottenPassword) =>
      send<void>('POST', `/auth/password/forgot`, { body }),
    reset: (body: t.PasswordReset) =>
      send<void>('POST', `/auth/password/reset`, { body }),
    change: (body: t.PasswordChange) =>
      send<void>('PUT', `/auth/password`, { body }),
  },
  totp: {
    status: () =>
      send<t.TotpStatus>('GET', `/auth/totp`),
    setup: () =>
      send<t.TotpSetup>('POST', `/auth/totp/setup`),
    enable: (body: t.TotpProof) =>
      send<t.RecoveryCodes>('POST', `/auth/totp/enable`, { body }),
    disable: (body: t.TotpEnd) =>
      send<void>('POST', `/auth/totp/disable`, { body }),
  },
  invitations: {
    list: () =>
      send<t.InvitationPage>('GET', `/api/invitations`),
    create: (body: t.NewInvitation) =>
      send<t.MadeInvitation>('POST', `/api/invitations`, { body }),
    revoke: (id: string) =>
      send<void>('DELETE', `/api/invitations/${encodeURIComponent(id)}`),
    look: (body: t.InvitationProof) =>
      send<t.InvitationView>('POST', `/auth/invitations/look`, { body }),
    accept: (body: t.InvitationAcceptance) =>
      send<t.SignedIn>('POST', `/auth/invitations/accept`, { body }),
    join: (body: t.InvitationProof) =>
      send<t.SignedIn>('POST', `/auth/invitations/join`, { body }),
  },
  apikeys: {
    list: () =>
      send<t.ApiKeyPage>('GET', `/api/api-keys`),
    create: (body: t.NewApiKey) =>
      send<t.MadeApiKey>('POST', `/api/api-keys`, { body }),
    remove: (id: string) =>
      send<void>('DELETE', `/api/api-keys/${encodeURIComponent(id)}`),
  },
  tenants: {
    list: () =>
      send<t.OrganizationPage>('GET', `/api/organizations`),
    add: (body: t.NewOrganization) =>
      send<t.Organization>('POST', `/api/organizations`, { body }),
    find: (id: string) =>
      send<t.Organization>('GET', `/api/organizations/${encodeURIComponent(id)}`),
    update: (id: string, body: t.OrganizationChange) =>
      send<t.Organization>('PUT', `/api/organizations/${encodeURIComponent(id)}`, { body }),
  },
  members: {
    list: () =>
      send<t.MemberPage>('GET', `/api/members`),
    update: (user_id: string, body: t.MemberChange) =>
      send<t.Member>('PUT', `/api/members/${encodeURIComponent(user_id)}`, { body }),
    remove: (user_id: string) =>
      send<void>('DELETE', `/api/members/${encodeURIComponent(user_id)}`),
  },
  mails: {
    status: () =>
      send<t.MailStatus>('GET', `/api/mail`),
  },
  hubs: {
    mint_claim: (body: t.NewClaim) =>
      send<t.ClaimToken>('POST', `/api/hubs/claim`, { body }),
    list: () =>
      send<t.HubPage>('GET', `/api/hubs`),
    find: (id: string) =>
      send<t.Hub>('GET', `/api/hubs/${encodeURIComponent(id)}`),
    update: (id: string, body: t.HubChange) =>
      send<t.Hub>('PUT', `/api/hubs/${encodeURIComponent(id)}`, { body }),
    release: (id: string) =>
      send<void>('DELETE', `/api/hubs/${encodeURIComponent(id)}`),
    same_hub: (id: string) =>
      send<t.ClaimToken>('POST', `/api/hubs/${encodeURIComponent(id)}/same-hub`),
    reboot: (id: string) =>
      send<t.Accepted>('POST', `/api/hubs/${encodeURIComponent(id)}/reboot`),
    identify: (id: string) =>
      send<t.Accepted>('POST', `/api/hubs/${encodeURIComponent(id)}/identify`),
    discover: (id: string, body: t.DiscoveryOrder) =>
      send<t.Accepted>('POST', `/api/hubs/${encodeURIComponent(id)}/discover`, { body }),
    discovered: (id: string) =>
      send<t.Discovery>('GET', `/api/hubs/${encodeURIComponent(id)}/discovered`),
    send_logs: (id: string) =>
      send<t.Accepted>('POST', `/api/hubs/${encodeURIComponent(id)}/logs`),
    latest_log: (id: string) => `/api/hubs/${encodeURIComponent(id)}/logs/latest`,
  },
  printers: {
    list: (query?: t.PrinterQuery) =>
      send<t.PrinterPage>('GET', `/api/printers`, { query }),
    add: (body: t.NewPrinter) =>
      send<t.Printer>('POST', `/api/printers`, { body }),
    cleared_many: (body: t.ClearedPrinters) =>
      send<t.PrinterPage>('POST', `/api/printers/cleared`, { body }),
    discover: (body: t.PrinterSearch) =>
      send<t.Accepted>('POST', `/api/printers/discover`, { body }),
    find: (id: string) =>
      send<t.Printer>('GET', `/api/printers/${encodeURIComponent(id)}`),
    update: (id: string, body: t.PrinterChange) =>
      send<t.Printer>('PUT', `/api/printers/${encodeURIComponent(id)}`, { body }),
    remove: (id: string, query?: t.PrinterRemoval) =>
      send<void>('DELETE', `/api/printers/${encodeURIComponent(id)}`, { query }),
    accept_certificate: (id: string, body: t.AcceptedCertificate) =>
      send<t.Printer>('POST', `/api/printers/${encodeURIComponent(id)}/certificate`, { body }),
    move: (id: string, body: t.PrinterMove) =>
      send<t.Printer>('POST', `/api/printers/${encodeURIComponent(id)}/move`, { body }),
    status: (id: string) =>
      send<t.PrinterStatusReply>('GET', `/api/printers/${encodeURIComponent(id)}/status`),
    cleared: (id: string) =>
      send<t.Printer>('POST', `/api/printers/${encodeURIComponent(id)}/cleared`),
  },
  files: {
    upload: (file: File, options?: UploadOptions) =>
      send_file<t.PrintFileInfo>(`/api/files/upload`, file, options),
    list: (query?: t.FileQuery) =>
      send<t.PrintFileInfoPage>('GET', `/api/files`, { query }),
    find: (id: string) =>
      send<t.PrintFileInfo>('GET', `/api/files/${encodeURIComponent(id)}`),
    download: (id: string) => `/api/files/${encodeURIComponent(id)}/download`,
    thumbnail: (id: string, plate: number) => `/api/files/${encodeURIComponent(id)}/plates/${plate}/thumbnail`,
    remove: (id: string) =>
      send<void>('DELETE', `/api/files/${encodeURIComponent(id)}`),
    signed_download: (id: string) => `/download/files/${encodeURIComponent(id)}`,
  },
  jobs: {
    list: (query?: t.JobQueryParameters) =>
      send<t.JobPage>('GET', `/api/jobs`, { query }),
    create: (body: t.NewJob) =>
      send<t.Job>('POST', `/api/jobs`, { body }),
    find: (id: string) =>
      send<t.Job>('GET', `/api/jobs/${encodeURIComponent(id)}`),
    update: (id: string, body: t.JobChange) =>
      send<t.Job>('PUT', `/api/jobs/${encodeURIComponent(id)}`, { body }),
    story: (id: string) =>
      send<t.JobStory>('GET', `/api/jobs/${encodeURIComponent(id)}/story`),
    start: (id: string, body: t.StartJob) =>
      send<t.Job>('POST', `/api/jobs/${encodeURIComponent(id)}/start`, { body }),
    pause: (id: string) =>
      send<t.Accepted>('POST', `/api/jobs/${encodeURIComponent(id)}/pause`),
    resume: (id: string) =>
      send<t.Accepted>('POST', `/api/jobs/${encodeURIComponent(id)}/resume`),
    cancel: (id: string) =>
      send<t.Job>('POST', `/api/jobs/${encodeURIComponent(id)}/cancel`),
    answer: (id: string, body: t.JobAnswer) =>
      send<t.Job>('POST', `/api/jobs/${encodeURIComponent(id)}/answer`, { body }),
    failures: (id: string, query?: t.FailureQuery) =>
      send<t.PrinterFailurePage>('GET', `/api/printers/${encodeURIComponent(id)}/failures`, { query }),
    command_printer: (id: string, body: t.PrinterOrder) =>
      send<t.Accepted>('POST', `/api/printers/${encodeURIComponent(id)}/command`, { body }),
  },
  queue: {
    list: (query?: t.QueueQuery) =>
      send<t.JobPage>('GET', `/api/queue`, { query }),
    reorder: (body: t.QueueOrder) =>
      send<t.JobPage>('POST', `/api/queue/reorder`, { body }),
    assign: (body: t.QueueAssignment) =>
      send<t.JobPage>('POST', `/api/queue/assign`, { body }),
  },
  commands: {
    list: (query?: t.CommandQuery) =>
      send<t.CommandPage>('GET', `/api/commands`, { query }),
    find: (id: string) =>
      send<t.Command>('GET', `/api/commands/${encodeURIComponent(id)}`),
  },
} as const
