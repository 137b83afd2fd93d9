-- migrate:up

-- The open invite of a user who has no password yet: one at most, the newest. Of its code only the SHA-256 is kept.
CREATE TABLE invite_links (
  user_id UUID PRIMARY KEY REFERENCES users(id) ON DELETE CASCADE,
  organization_id UUID NOT NULL REFERENCES organizations(id) ON DELETE CASCADE,
  code_hash BYTEA NOT NULL
    CONSTRAINT invite_links_code_hash_unique UNIQUE
    CONSTRAINT invite_links_code_hash_check CHECK (octet_length(code_hash) = 32),
  expires_at TIMESTAMPTZ NOT NULL,
  created_by UUID REFERENCES users(id) ON DELETE SET NULL,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE INDEX invite_links_organization_id_index ON invite_links(organization_id);
CREATE INDEX invite_links_created_by_index ON invite_links(created_by);

-- migrate:down

DROP TABLE invite_links;
