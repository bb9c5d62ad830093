// Generated from the C++ declarations by ./dev generate. Never edited by hand.
import { send, send_file, type UploadOptions } from '../lib/http'
import type * as t from './protocol'

export const api = {
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
  tenants: {
    list: () =>
      send<t.OrganizationPage>('GET', `/api/organizations`),
    find: (id: string) =>
      send<t.Organization>('GET', `/api/organizations/${encodeURIComponent(id)}`),
    update: (id: string, body: t.OrganizationChange) =>
      send<t.Organization>('PUT', `/api/organizations/${encodeURIComponent(id)}`, { body }),
  },
  hubs: {
    mint_claim: (body: t.NewClaim) =>
      send<t.ClaimToken>('POST', `/api/hubs/claim`, { body }),
    list: () =>
      send<t.HubPage>('GET', `/api/hubs`),
    find: (id: string) =>
      send<t.Hub>('GET', `/api/hubs/${encodeURIComponent(id)}`),
  },
  printers: {
    list: (query?: t.PrinterQuery) =>
      send<t.PrinterPage>('GET', `/api/printers`, { query }),
    add: (body: t.NewPrinter) =>
      send<t.Printer>('POST', `/api/printers`, { body }),
    cleared_many: (body: t.ClearedPrinters) =>
      send<t.PrinterPage>('POST', `/api/printers/cleared`, { body }),
    find: (id: string) =>
      send<t.Printer>('GET', `/api/printers/${encodeURIComponent(id)}`),
    update: (id: string, body: t.PrinterChange) =>
      send<t.Printer>('PUT', `/api/printers/${encodeURIComponent(id)}`, { body }),
    remove: (id: string) =>
      send<void>('DELETE', `/api/printers/${encodeURIComponent(id)}`),
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
    start: (id: string, body: t.StartJob) =>
      send<t.Job>('POST', `/api/jobs/${encodeURIComponent(id)}/start`, { body }),
    cancel: (id: string) =>
      send<t.Job>('POST', `/api/jobs/${encodeURIComponent(id)}/cancel`),
  },
  commands: {
    find: (id: string) =>
      send<t.Command>('GET', `/api/commands/${encodeURIComponent(id)}`),
  },
} as const
