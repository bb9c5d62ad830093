// Generated from the C++ declarations by ./dev generate. Never edited by hand.
import { z } from 'zod'

export const AuditQuery = z.object({
  subject_kind: z.string().min(1).max(32).optional(),
  subject_id: z.string().min(1).max(128).optional(),
  actor_id: z.string().min(1).max(64).optional(),
  limit: z.number().int().min(1).max(500).optional(),
  cursor: z.string().min(1).max(20).optional(),
})
export type AuditQuery = z.infer<typeof AuditQuery>

export const AuditEntry = z.object({
  seq: z.number().int(),
  at: z.number().int(),
  actor_kind: z.enum(['user', 'api_key', 'hub', 'system']),
  actor_id: z.string().max(64).optional(),
  address: z.string().max(64).optional(),
  action: z.string().min(1).max(64),
  subject_kind: z.string().min(1).max(32),
  subject_id: z.string().max(128).optional(),
  before: z.unknown().optional(),
  after: z.unknown().optional(),
  hash: z.string().min(64).max(64),
})
export type AuditEntry = z.infer<typeof AuditEntry>

export const AuditEntryPage = z.object({
  items: z.array(AuditEntry),
  next_cursor: z.string().optional(),
})
export type AuditEntryPage = z.infer<typeof AuditEntryPage>

export const Registration = z.object({
  email: z.string().min(3).max(254),
  password: z.string().min(10).max(200),
  name: z.string().min(1).max(100),
  organization_name: z.string().min(1).max(100),
})
export type Registration = z.infer<typeof Registration>

export const User = z.object({
  id: z.string().min(1).max(64),
  email: z.string().min(3).max(254),
  name: z.string().min(1).max(100),
  created_at: z.number().int(),
})
export type User = z.infer<typeof User>

export const Organization = z.object({
  id: z.string().min(1).max(64),
  name: z.string().min(1).max(100),
  created_at: z.number().int(),
  updated_at: z.number().int(),
})
export type Organization = z.infer<typeof Organization>

export const SignedIn = z.object({
  user: User,
  organization: Organization,
  role: z.enum(['viewer', 'operator', 'admin', 'owner']),
  expires_at: z.number().int(),
  access_token: z.string().optional(),
})
export type SignedIn = z.infer<typeof SignedIn>

export const Login = z.object({
  email: z.string().min(3).max(254),
  password: z.string().min(1).max(200),
  totp: z.string().min(6).max(6).optional(),
  recovery_code: z.string().min(16).max(24).optional(),
  invitation: z.string().min(1).max(100).optional(),
})
export type Login = z.infer<typeof Login>

export const Session = z.object({
  id: z.string().min(1).max(64),
  organization_id: z.string().min(1).max(64),
  organization_name: z.string().min(1).max(100),
  address: z.string(),
  user_agent: z.string(),
  created_at: z.number().int(),
  last_used_at: z.number().int(),
  current: z.boolean(),
})
export type Session = z.infer<typeof Session>

export const SessionPage = z.object({
  items: z.array(Session),
  next_cursor: z.string().optional(),
})
export type SessionPage = z.infer<typeof SessionPage>

export const OrganizationChoice = z.object({
  organization_id: z.string().min(1).max(64),
})
export type OrganizationChoice = z.infer<typeof OrganizationChoice>

export const ForgottenPassword = z.object({
  email: z.string().min(3).max(254),
})
export type ForgottenPassword = z.infer<typeof ForgottenPassword>

export const PasswordReset = z.object({
  token: z.string().min(1).max(100),
  password: z.string().min(10).max(200),
})
export type PasswordReset = z.infer<typeof PasswordReset>

export const PasswordChange = z.object({
  current: z.string().min(1).max(200),
  new: z.string().min(10).max(200),
})
export type PasswordChange = z.infer<typeof PasswordChange>

export const TotpStatus = z.object({
  enabled: z.boolean(),
  recovery_codes_left: z.number().int(),
})
export type TotpStatus = z.infer<typeof TotpStatus>

export const TotpSetup = z.object({
  secret: z.string(),
  otpauth_url: z.string(),
})
export type TotpSetup = z.infer<typeof TotpSetup>

export const TotpProof = z.object({
  code: z.string().min(6).max(6),
})
export type TotpProof = z.infer<typeof TotpProof>

export const RecoveryCodes = z.object({
  recovery_codes: z.array(z.string()),
})
export type RecoveryCodes = z.infer<typeof RecoveryCodes>

export const TotpEnd = z.object({
  password: z.string().min(1).max(200),
  code: z.string().min(6).max(24),
})
export type TotpEnd = z.infer<typeof TotpEnd>

export const Invitation = z.object({
  id: z.string().min(1).max(64),
  email: z.string().min(3).max(254),
  role: z.enum(['viewer', 'operator', 'admin', 'owner']),
  invited_by: z.string().min(1).max(64),
  created_at: z.number().int(),
  expires_at: z.number().int(),
})
export type Invitation = z.infer<typeof Invitation>

export const InvitationPage = z.object({
  items: z.array(Invitation),
  next_cursor: z.string().optional(),
})
export type InvitationPage = z.infer<typeof InvitationPage>

export const NewInvitation = z.object({
  email: z.string().min(3).max(254),
  role: z.enum(['viewer', 'operator', 'admin', 'owner']),
})
export type NewInvitation = z.infer<typeof NewInvitation>

export const MadeInvitation = z.object({
  invitation: Invitation,
  link: z.string().optional(),
})
export type MadeInvitation = z.infer<typeof MadeInvitation>

export const InvitationProof = z.object({
  token: z.string().min(1).max(100),
})
export type InvitationProof = z.infer<typeof InvitationProof>

export const InvitationView = z.object({
  organization_name: z.string().min(1).max(100),
  email: z.string().min(3).max(254),
  role: z.enum(['viewer', 'operator', 'admin', 'owner']),
  has_account: z.boolean(),
  expires_at: z.number().int(),
})
export type InvitationView = z.infer<typeof InvitationView>

export const InvitationAcceptance = z.object({
  token: z.string().min(1).max(100),
  name: z.string().min(1).max(100).optional(),
  password: z.string().min(10).max(200).optional(),
})
export type InvitationAcceptance = z.infer<typeof InvitationAcceptance>

export const ApiKey = z.object({
  id: z.string().min(1).max(64),
  name: z.string().min(1).max(100),
  prefix: z.string(),
  role: z.enum(['viewer', 'operator', 'admin', 'owner']),
  printer_ids: z.array(z.string().min(1).max(64)).max(500).optional(),
  user_id: z.string().min(1).max(64),
  created_at: z.number().int(),
  expires_at: z.number().int().optional(),
  last_used_at: z.number().int().optional(),
})
export type ApiKey = z.infer<typeof ApiKey>

export const ApiKeyPage = z.object({
  items: z.array(ApiKey),
  next_cursor: z.string().optional(),
})
export type ApiKeyPage = z.infer<typeof ApiKeyPage>

export const NewApiKey = z.object({
  name: z.string().min(1).max(100),
  role: z.enum(['viewer', 'operator', 'admin', 'owner']),
  printer_ids: z.array(z.string().min(1).max(64)).max(500).optional(),
  expires_at: z.number().int().optional(),
})
export type NewApiKey = z.infer<typeof NewApiKey>

export const MadeApiKey = z.object({
  api_key: ApiKey,
  key: z.string(),
})
export type MadeApiKey = z.infer<typeof MadeApiKey>

export const OrganizationPage = z.object({
  items: z.array(Organization),
  next_cursor: z.string().optional(),
})
export type OrganizationPage = z.infer<typeof OrganizationPage>

export const NewOrganization = z.object({
  name: z.string().min(1).max(100),
})
export type NewOrganization = z.infer<typeof NewOrganization>

export const OrganizationChange = z.object({
  name: z.string().min(1).max(100),
})
export type OrganizationChange = z.infer<typeof OrganizationChange>

export const Member = z.object({
  user_id: z.string().min(1).max(64),
  name: z.string().min(1).max(100),
  email: z.string().min(3).max(254),
  role: z.enum(['viewer', 'operator', 'admin', 'owner']),
  created_at: z.number().int(),
})
export type Member = z.infer<typeof Member>

export const MemberPage = z.object({
  items: z.array(Member),
  next_cursor: z.string().optional(),
})
export type MemberPage = z.infer<typeof MemberPage>

export const MemberChange = z.object({
  role: z.enum(['viewer', 'operator', 'admin', 'owner']),
})
export type MemberChange = z.infer<typeof MemberChange>

export const MailStatus = z.object({
  enabled: z.boolean(),
})
export type MailStatus = z.infer<typeof MailStatus>

export const NewClaim = z.object({
  name: z.string().min(1).max(100).optional(),
})
export type NewClaim = z.infer<typeof NewClaim>

export const ClaimToken = z.object({
  claim_token: z.string().min(1).max(128),
  expires_at: z.number().int(),
})
export type ClaimToken = z.infer<typeof ClaimToken>

export const Hub = z.object({
  id: z.string().min(1).max(64),
  name: z.string().min(1).max(100),
  firmware_version: z.string().max(40),
  hardware_revision: z.string().max(40),
  online: z.boolean(),
  last_seen_at: z.number().int().optional(),
  ip_address: z.string().max(64).optional(),
  printer_count: z.number().int(),
  claimed_at: z.number().int(),
  updated_at: z.number().int(),
  quarantined_at: z.number().int().optional(),
  quarantine_reason: z.enum(['boot_count_went_back', 'two_boots_with_one_number']).optional(),
})
export type Hub = z.infer<typeof Hub>

export const HubPage = z.object({
  items: z.array(Hub),
  next_cursor: z.string().optional(),
})
export type HubPage = z.infer<typeof HubPage>

export const HubChange = z.object({
  name: z.string().min(1).max(100).optional(),
})
export type HubChange = z.infer<typeof HubChange>

export const Accepted = z.object({
  command_id: z.string().min(1).max(64),
})
export type Accepted = z.infer<typeof Accepted>

export const DiscoveryOrder = z.object({
  address: z.string().min(1).max(253).optional(),
})
export type DiscoveryOrder = z.infer<typeof DiscoveryOrder>

export const FoundPrinter = z.object({
  serial_number: z.string().min(4).max(32),
  ip_address: z.string().min(1).max(253),
  model: z.string().max(40),
  name: z.string().max(100),
  firmware_version: z.string().max(32).optional(),
  bound: z.boolean().optional(),
  printer_id: z.string().min(1).max(64).optional(),
})
export type FoundPrinter = z.infer<typeof FoundPrinter>

export const Discovery = z.object({
  command_id: z.string().min(1).max(64).optional(),
  found_at: z.number().int().optional(),
  printers: z.array(FoundPrinter),
})
export type Discovery = z.infer<typeof Discovery>

export const PrinterQuery = z.object({
  hub_id: z.string().min(1).max(64).optional(),
  limit: z.number().int().min(1).max(500).optional(),
  cursor: z.string().min(1).max(64).optional(),
})
export type PrinterQuery = z.infer<typeof PrinterQuery>

export const PrinterPorts = z.object({
  mqtt: z.number().int().min(1).max(65535).optional(),
  ftps: z.number().int().min(1).max(65535).optional(),
  detect: z.number().int().min(1).max(65535).optional(),
  camera: z.number().int().min(1).max(65535).optional(),
})
export type PrinterPorts = z.infer<typeof PrinterPorts>

export const Printer = z.object({
  id: z.string().min(1).max(64),
  hub_id: z.string().min(1).max(64),
  name: z.string().min(1).max(100),
  serial_number: z.string().min(4).max(32),
  ip_address: z.string().min(1).max(253).optional(),
  ports: PrinterPorts.optional(),
  model: z.string().max(40).optional(),
  fingerprint: z.string().max(128).optional(),
  needs_clearing: z.boolean(),
  assignment: z.number().int(),
  created_at: z.number().int(),
  updated_at: z.number().int(),
  moving_until: z.number().int().optional(),
})
export type Printer = z.infer<typeof Printer>

export const PrinterPage = z.object({
  items: z.array(Printer),
  next_cursor: z.string().optional(),
})
export type PrinterPage = z.infer<typeof PrinterPage>

export const NewPrinter = z.object({
  hub_id: z.string().min(1).max(64),
  name: z.string().min(1).max(100),
  serial_number: z.string().min(4).max(32),
  ip_address: z.string().min(1).max(253).optional(),
  ports: PrinterPorts.optional(),
  access_code: z.string().min(1).max(32),
  model: z.string().max(40).optional(),
})
export type NewPrinter = z.infer<typeof NewPrinter>

export const ClearedPrinters = z.object({
  printer_ids: z.array(z.string().min(1).max(64)).max(500),
})
export type ClearedPrinters = z.infer<typeof ClearedPrinters>

export const PrinterSearch = z.object({
  hub_id: z.string().min(1).max(64),
  address: z.string().min(1).max(253).optional(),
})
export type PrinterSearch = z.infer<typeof PrinterSearch>

export const PrinterChange = z.object({
  name: z.string().min(1).max(100).optional(),
  ip_address: z.string().min(1).max(253).optional(),
  ports: PrinterPorts.optional(),
  access_code: z.string().min(1).max(32).optional(),
  model: z.string().max(40).optional(),
})
export type PrinterChange = z.infer<typeof PrinterChange>

export const PrinterRemoval = z.object({
  force: z.boolean().optional(),
})
export type PrinterRemoval = z.infer<typeof PrinterRemoval>

export const AcceptedCertificate = z.object({
  fingerprint: z.string().min(1).max(128),
})
export type AcceptedCertificate = z.infer<typeof AcceptedCertificate>

export const PrinterMove = z.object({
  hub_id: z.string().min(1).max(64),
  force: z.boolean().optional(),
})
export type PrinterMove = z.infer<typeof PrinterMove>

export const Temperatures = z.object({
  nozzle: z.number().min(-50).max(600).optional(),
  bed: z.number().min(-50).max(600).optional(),
  chamber: z.number().min(-50).max(600).optional(),
})
export type Temperatures = z.infer<typeof Temperatures>

export const Nozzle = z.object({
  id: z.number().int(),
  current: z.number().min(-50).max(600).optional(),
  target: z.number().min(-50).max(600).optional(),
  diameter: z.number().min(0).max(5).optional(),
  active: z.boolean(),
})
export type Nozzle = z.infer<typeof Nozzle>

export const AmsTray = z.object({
  id: z.number().int(),
  filament_type: z.string().max(32).optional(),
  colors: z.array(z.string().max(9)).max(8),
  brand: z.string().max(64).optional(),
  remaining_percent: z.number().int().min(0).max(100).optional(),
  tag: z.string().max(40).optional(),
})
export type AmsTray = z.infer<typeof AmsTray>

export const AmsUnit = z.object({
  id: z.number().int(),
  kind: z.enum(['ams', 'ams_lite', 'ams_2_pro', 'ams_ht', 'unknown']),
  humidity: z.number().int().min(0).max(5).optional(),
  temperature: z.number().min(-50).max(600).optional(),
  drying: z.boolean().optional(),
  trays: z.array(AmsTray).max(4),
})
export type AmsUnit = z.infer<typeof AmsUnit>

export const PrinterError = z.object({
  code: z.string().min(1).max(40),
  text: z.string().max(300),
  severity: z.enum(['fatal', 'serious', 'common', 'info']),
})
export type PrinterError = z.infer<typeof PrinterError>

export const Lights = z.object({
  chamber: z.boolean().optional(),
})
export type Lights = z.infer<typeof Lights>

export const Fans = z.object({
  part: z.number().int().min(0).max(100).optional(),
  aux: z.number().int().min(0).max(100).optional(),
  chamber: z.number().int().min(0).max(100).optional(),
})
export type Fans = z.infer<typeof Fans>

export const Network = z.object({
  rssi: z.number().int().optional(),
  wired: z.boolean().optional(),
})
export type Network = z.infer<typeof Network>

export const PrinterStatus = z.object({
  state: z.enum(['idle', 'printing', 'paused', 'error', 'offline']),
  stage: z.enum(['preparing', 'printing', 'calibrating', 'changing_filament', 'unknown']).optional(),
  progress_percent: z.number().int().min(0).max(100).optional(),
  layer_current: z.number().int().min(0).max(1e+05).optional(),
  layer_total: z.number().int().min(0).max(1e+05).optional(),
  time_remaining_minutes: z.number().int().min(0).max(1e+05).optional(),
  temperatures: Temperatures.optional(),
  targets: Temperatures.optional(),
  nozzles: z.array(Nozzle).max(8).optional(),
  ams_status: z.array(AmsUnit).max(12).optional(),
  current_tray: z.string().min(1).max(16).optional(),
  current_file: z.string().max(200).optional(),
  error_code: z.string().min(1).max(40).optional(),
  errors: z.array(PrinterError).max(16).optional(),
  speed_level: z.number().int().min(1).max(4).optional(),
  lights: Lights.optional(),
  fans: Fans.optional(),
  network: Network.optional(),
  storage: z.enum(['none', 'normal', 'abnormal', 'read_only']).optional(),
  door_open: z.boolean().optional(),
  developer_mode: z.enum(['on', 'off', 'unknown']).optional(),
  last_print: z.enum(['finished', 'failed', 'stopped']).optional(),
  firmware_version: z.string().max(32).optional(),
})
export type PrinterStatus = z.infer<typeof PrinterStatus>

export const PrinterConnection = z.object({
  state: z.enum(['connecting', 'connected', 'disconnected']),
  reason: z.enum(['never_reached', 'unreachable', 'refused_code', 'wrong_serial', 'certificate_changed', 'certificate_unknown', 'tls_failed', 'no_reports', 'too_many_clients', 'address_changed', 'disabled', 'maintenance']).optional(),
  detail: z.string().max(300).optional(),
  since: z.number().int(),
  fingerprint: z.string().max(128).optional(),
  pinned: z.boolean().optional(),
})
export type PrinterConnection = z.infer<typeof PrinterConnection>

export const PrinterStatusReply = z.object({
  printer_id: z.string().min(1).max(64),
  status: PrinterStatus.optional(),
  connection: PrinterConnection.optional(),
  received_at: z.number().int().optional(),
})
export type PrinterStatusReply = z.infer<typeof PrinterStatusReply>

export const PlateFilament = z.object({
  id: z.number().int(),
  type: z.string().max(32).optional(),
  color: z.string().max(9).optional(),
  used_grams: z.number().optional(),
  used_meters: z.number().optional(),
})
export type PlateFilament = z.infer<typeof PlateFilament>

export const PlateObject = z.object({
  identify_id: z.number().int(),
  name: z.string().max(200).optional(),
})
export type PlateObject = z.infer<typeof PlateObject>

export const Plate = z.object({
  index: z.number().int(),
  name: z.string().max(100).optional(),
  print_seconds: z.number().int().optional(),
  weight_grams: z.number().optional(),
  layer_count: z.number().int().optional(),
  bed_type: z.string().max(40).optional(),
  has_thumbnail: z.boolean(),
  filaments: z.array(PlateFilament).max(64),
  objects: z.array(PlateObject).max(1000),
})
export type Plate = z.infer<typeof Plate>

export const PrintFileInfo = z.object({
  id: z.string().min(1).max(64),
  name: z.string().min(1).max(200),
  size: z.number().int(),
  sha256: z.string().min(64).max(64),
  printer_model: z.string().max(40).optional(),
  printer_model_name: z.string().max(100).optional(),
  nozzle_diameter: z.number().optional(),
  slicer_version: z.string().max(40).optional(),
  plates: z.array(Plate).max(100),
  created_at: z.number().int(),
  updated_at: z.number().int(),
})
export type PrintFileInfo = z.infer<typeof PrintFileInfo>

export const FileQuery = z.object({
  limit: z.number().int().min(1).max(500).optional(),
  cursor: z.string().min(1).max(64).optional(),
})
export type FileQuery = z.infer<typeof FileQuery>

export const PrintFileInfoPage = z.object({
  items: z.array(PrintFileInfo),
  next_cursor: z.string().optional(),
})
export type PrintFileInfoPage = z.infer<typeof PrintFileInfoPage>

export const SignedDownload = z.object({
  tenant: z.string().min(1).max(64),
  expires: z.number().int(),
  signature: z.string().min(1).max(128),
})
export type SignedDownload = z.infer<typeof SignedDownload>

export const JobQueryParameters = z.object({
  state: z.enum(['queued', 'assigned', 'sending', 'printing', 'paused', 'complete', 'cancelled', 'failed']).optional(),
  kind: z.enum(['ours', 'external']).optional(),
  printer_id: z.string().min(1).max(64).optional(),
  batch_id: z.string().min(1).max(64).optional(),
  needs_answer: z.boolean().optional(),
  sort: z.string().min(1).max(32).optional(),
  limit: z.number().int().min(1).max(500).optional(),
  cursor: z.string().min(1).max(80).optional(),
})
export type JobQueryParameters = z.infer<typeof JobQueryParameters>

export const JobRequirements = z.object({
  filament_type: z.string().min(1).max(32).optional(),
  color: z.string().min(7).max(9).optional(),
  nozzle_diameter: z.number().min(0).max(5).optional(),
  plate_type: z.string().min(1).max(40).optional(),
})
export type JobRequirements = z.infer<typeof JobRequirements>

export const Job = z.object({
  id: z.string().min(1).max(64),
  kind: z.enum(['ours', 'external']),
  file_id: z.string().min(1).max(64).optional(),
  file_name: z.string().min(1).max(200),
  plate: z.number().int().optional(),
  printer_id: z.string().min(1).max(64).optional(),
  batch_id: z.string().min(1).max(64).optional(),
  state: z.enum(['queued', 'assigned', 'sending', 'printing', 'paused', 'complete', 'cancelled', 'failed']),
  stage: z.enum(['fetching', 'uploading', 'starting']).optional(),
  needs_answer: z.boolean(),
  cancelling: z.boolean(),
  waiting_for: z.string().max(300).optional(),
  reason: z.string().max(300).optional(),
  priority: z.number().int(),
  required: JobRequirements.optional(),
  attempt: z.number().int(),
  submitted_by: z.string().min(1).max(64).optional(),
  print_id: z.string().min(1).max(200).optional(),
  created_at: z.number().int(),
  started_at: z.number().int().optional(),
  ended_at: z.number().int().optional(),
  updated_at: z.number().int(),
})
export type Job = z.infer<typeof Job>

export const JobPage = z.object({
  items: z.array(Job),
  next_cursor: z.string().optional(),
})
export type JobPage = z.infer<typeof JobPage>

export const PrintOptions = z.object({
  bed_leveling: z.boolean().optional(),
  flow_calibration: z.boolean().optional(),
  vibration_calibration: z.boolean().optional(),
  timelapse: z.boolean().optional(),
  use_ams: z.boolean().optional(),
  bed_type: z.string().max(32).optional(),
  ams_mapping: z.array(z.number().int()).max(64).optional(),
})
export type PrintOptions = z.infer<typeof PrintOptions>

export const NewJob = z.object({
  file_id: z.string().min(1).max(64),
  plate: z.number().int().min(1).max(100).optional(),
  printer_id: z.string().min(1).max(64).optional(),
  copies: z.number().int().min(1).max(500).optional(),
  priority: z.number().int().min(0).max(200).optional(),
  required: JobRequirements.optional(),
  options: PrintOptions.optional(),
})
export type NewJob = z.infer<typeof NewJob>

export const JobChange = z.object({
  priority: z.number().int().min(0).max(200).optional(),
  printer_id: z.string().min(1).max(64).optional(),
  before_id: z.string().min(1).max(64).optional(),
  required: JobRequirements.optional(),
  options: PrintOptions.optional(),
})
export type JobChange = z.infer<typeof JobChange>

export const Evidence = z.object({
  gcode_state: z.string().max(32).optional(),
  subtask_name: z.string().max(200).optional(),
  mc_percent: z.number().int().optional(),
  gcode_start_time: z.string().max(40).optional(),
  print_error: z.number().int().optional(),
  note: z.string().max(300).optional(),
})
export type Evidence = z.infer<typeof Evidence>

export const JobAttempt = z.object({
  attempt: z.number().int(),
  printer_id: z.string().min(1).max(64),
  hub_id: z.string().min(1).max(64),
  state: z.enum(['requested', 'received', 'fetched', 'uploaded', 'starting', 'started', 'finished', 'failed', 'stopped', 'rejected', 'aborted', 'not_started', 'unknown']),
  is_open: z.boolean(),
  not_after: z.number().int(),
  start_token: z.string().min(1).max(32),
  reason: z.string().max(64).optional(),
  evidence: Evidence.optional(),
  created_at: z.number().int(),
  updated_at: z.number().int(),
})
export type JobAttempt = z.infer<typeof JobAttempt>

export const StoryEntry = z.object({
  at: z.number().int(),
  recorded_at: z.number().int(),
  kind: z.enum(['created', 'changed', 'start_asked', 'waits', 'cancel_asked', 'control_asked', 'answered', 'reported', 'print_seen', 'command_settled', 'asked_hub', 'hub_offline', 'alarm']),
  actor_kind: z.enum(['user', 'api_key', 'hub', 'system']),
  actor_id: z.string().max(64).optional(),
  attempt: z.number().int().optional(),
  hub_id: z.string().min(1).max(64).optional(),
  printer_id: z.string().min(1).max(64).optional(),
  command_id: z.string().min(1).max(64).optional(),
  state: z.string().max(32).optional(),
  reason: z.string().max(64).optional(),
  says: z.string().max(300).optional(),
  evidence: Evidence.optional(),
})
export type StoryEntry = z.infer<typeof StoryEntry>

export const Command = z.object({
  id: z.string().min(1).max(64),
  hub_id: z.string().min(1).max(64),
  kind: z.enum(['configure_printer', 'start_print', 'control_print', 'cancel_job', 'resolve_attempt', 'query_jobs', 'command_hub', 'discover_printers']),
  printer_id: z.string().min(1).max(64).optional(),
  job_id: z.string().min(1).max(64).optional(),
  attempt: z.number().int().optional(),
  state: z.enum(['waiting', 'sent', 'accepted', 'refused', 'expired']),
  code: z.string().max(64).optional(),
  error_message: z.string().max(300).optional(),
  not_after: z.number().int().optional(),
  created_at: z.number().int(),
  updated_at: z.number().int(),
})
export type Command = z.infer<typeof Command>

export const JobStory = z.object({
  job_id: z.string().min(1).max(64),
  attempts: z.array(JobAttempt),
  entries: z.array(StoryEntry),
  commands: z.array(Command),
})
export type JobStory = z.infer<typeof JobStory>

export const StartJob = z.object({
  plate_cleared: z.boolean().optional(),
  printer_id: z.string().min(1).max(64).optional(),
  accept_unknown: z.boolean().optional(),
})
export type StartJob = z.infer<typeof StartJob>

export const JobAnswer = z.object({
  outcome: z.enum(['not_started', 'started', 'finished', 'failed', 'stopped']),
  force: z.boolean().optional(),
})
export type JobAnswer = z.infer<typeof JobAnswer>

export const FailureQuery = z.object({
  limit: z.number().int().min(1).max(500).optional(),
  cursor: z.string().min(1).max(64).optional(),
})
export type FailureQuery = z.infer<typeof FailureQuery>

export const PrinterFailure = z.object({
  id: z.string().min(1).max(64),
  printer_id: z.string().min(1).max(64),
  job_id: z.string().min(1).max(64),
  attempt: z.number().int(),
  failure_type: z.enum(['nozzle_clog', 'bed_adhesion', 'layer_shift', 'filament_runout', 'power_loss', 'network_disconnect', 'firmware_error', 'mechanical', 'thermal', 'user_cancelled', 'unknown', 'other']),
  failure_reason: z.string().max(300).optional(),
  error_code: z.string().max(40).optional(),
  progress_at_failure: z.number().int().min(0).max(100).optional(),
  print_time_at_failure: z.number().int().optional(),
  layer_at_failure: z.number().int().optional(),
  created_at: z.number().int(),
})
export type PrinterFailure = z.infer<typeof PrinterFailure>

export const PrinterFailurePage = z.object({
  items: z.array(PrinterFailure),
  next_cursor: z.string().optional(),
})
export type PrinterFailurePage = z.infer<typeof PrinterFailurePage>

export const PrinterOrder = z.object({
  action: z.enum(['pause', 'resume', 'stop']),
})
export type PrinterOrder = z.infer<typeof PrinterOrder>

export const QueueQuery = z.object({
  printer_id: z.string().min(1).max(64).optional(),
  limit: z.number().int().min(1).max(500).optional(),
  cursor: z.string().min(1).max(64).optional(),
})
export type QueueQuery = z.infer<typeof QueueQuery>

export const QueueOrder = z.object({
  job_ids: z.array(z.string().min(1).max(64)).max(500),
  before_id: z.string().min(1).max(64).optional(),
})
export type QueueOrder = z.infer<typeof QueueOrder>

export const QueueAssignment = z.object({
  job_ids: z.array(z.string().min(1).max(64)).max(500),
  printer_id: z.string().min(1).max(64).optional(),
})
export type QueueAssignment = z.infer<typeof QueueAssignment>

export const CommandQuery = z.object({
  hub_id: z.string().min(1).max(64).optional(),
  printer_id: z.string().min(1).max(64).optional(),
  job_id: z.string().min(1).max(64).optional(),
  kind: z.enum(['configure_printer', 'start_print', 'control_print', 'cancel_job', 'resolve_attempt', 'query_jobs', 'command_hub', 'discover_printers']).optional(),
  state: z.enum(['waiting', 'sent', 'accepted', 'refused', 'expired']).optional(),
  limit: z.number().int().min(1).max(500).optional(),
  cursor: z.string().min(1).max(64).optional(),
})
export type CommandQuery = z.infer<typeof CommandQuery>

export const CommandPage = z.object({
  items: z.array(Command),
  next_cursor: z.string().optional(),
})
export type CommandPage = z.infer<typeof CommandPage>

export const CurrentPrint = z.object({
  print_id: z.string().min(1).max(200),
  start_token: z.string().min(1).max(32).optional(),
  type: z.enum(['ours', 'external', 'system']),
  name: z.string().max(200),
})
export type CurrentPrint = z.infer<typeof CurrentPrint>

export const LivePrinter = z.object({
  printer_id: z.string().min(1).max(64),
  connection: PrinterConnection,
  status: PrinterStatus,
  print: CurrentPrint.optional(),
  needs_clearing: z.boolean(),
  received_at: z.number().int(),
})
export type LivePrinter = z.infer<typeof LivePrinter>

export const LiveHub = z.object({
  hub_id: z.string().min(1).max(64),
  online: z.boolean(),
  last_seen_at: z.number().int().optional(),
})
export type LiveHub = z.infer<typeof LiveHub>

export const LiveSnapshot = z.object({
  type: z.literal('snapshot'),
  seq: z.number().int(),
  server_time: z.number().int(),
  printers: z.array(LivePrinter),
  hubs: z.array(LiveHub),
})
export type LiveSnapshot = z.infer<typeof LiveSnapshot>

export const LiveTransfer = z.object({
  job_id: z.string().min(1).max(64),
  stage: z.enum(['fetching', 'uploading']),
  bytes_sent: z.number().int(),
  bytes_total: z.number().int(),
})
export type LiveTransfer = z.infer<typeof LiveTransfer>

export const Changed = z.object({
  kind: z.enum(['job', 'printer', 'hub', 'file', 'command', 'plate', 'member']),
  id: z.string().min(1).max(64),
})
export type Changed = z.infer<typeof Changed>

export const LiveUpdate = z.object({
  type: z.literal('update'),
  seq: z.number().int(),
  printers: z.array(LivePrinter),
  hubs: z.array(LiveHub),
  transfers: z.array(LiveTransfer),
  changed: z.array(Changed),
})
export type LiveUpdate = z.infer<typeof LiveUpdate>

export const LiveError = z.object({
  type: z.literal('error'),
  code: z.string().min(1).max(64),
  text: z.string().max(300),
})
export type LiveError = z.infer<typeof LiveError>

export const LiveAuth = z.object({
  type: z.literal('auth'),
  token: z.string().min(1).max(4096),
})
export type LiveAuth = z.infer<typeof LiveAuth>
