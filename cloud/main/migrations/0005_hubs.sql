-- Hubs that are given away, hubs of which two turned up, and printers that change hands.

ALTER TABLE hubs ADD COLUMN released_at BIGINT;        -- Not of this organisation any more.
ALTER TABLE hub_identities ADD COLUMN quarantined_at BIGINT;
ALTER TABLE hub_identities ADD COLUMN quarantine_reason TEXT;
ALTER TABLE claim_tokens ADD COLUMN same_hub TEXT;     -- Only this hub may use it.

-- What a hub found when it last looked for printers.
CREATE TABLE hub_discoveries (
  tenant_id TEXT NOT NULL,
  hub_id TEXT NOT NULL,
  command_id TEXT NOT NULL,
  found_at BIGINT NOT NULL,
  printers TEXT NOT NULL,      -- JSON.
  PRIMARY KEY (tenant_id, hub_id),
  FOREIGN KEY (tenant_id, hub_id) REFERENCES hubs (tenant_id, id) ON DELETE CASCADE
);

-- A removed printer stays for the attempts that name it; its name and serial number are free again.
ALTER TABLE printers ADD COLUMN removed_at BIGINT;

-- How often a printer was given to a hub, also across its removal: a hub that was offline meanwhile
-- is known by the lower number. Its next hub hears of it when its former one has answered the
-- command to let go of it, or after leaving_until.
CREATE TABLE printer_assignments (
  tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  serial_number TEXT NOT NULL,
  assignment BIGINT NOT NULL,
  leaving_command TEXT,
  leaving_until BIGINT,
  PRIMARY KEY (tenant_id, serial_number)
);
CREATE INDEX printer_assignments_leaving ON printer_assignments (leaving_until)
  WHERE leaving_until IS NOT NULL;
INSERT INTO printer_assignments (tenant_id, serial_number, assignment)
  SELECT tenant_id, serial_number, assignment FROM printers;
