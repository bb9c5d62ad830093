import {
  FileBox,
  LayoutDashboard,
  ListChecks,
  type LucideIcon,
  Printer,
  Router,
} from 'lucide-react'

export const pages: readonly { path: string; name: string; Icon: LucideIcon }[] = [
  { path: '/', name: 'Overview', Icon: LayoutDashboard },
  { path: '/printers', name: 'Printers', Icon: Printer },
  { path: '/jobs', name: 'Jobs', Icon: ListChecks },
  { path: '/files', name: 'Files', Icon: FileBox },
  { path: '/hubs', name: 'Hubs', Icon: Router },
]
