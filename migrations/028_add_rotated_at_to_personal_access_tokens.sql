-- migrate:up

ALTER TABLE personal_access_tokens ADD COLUMN rotated_at TIMESTAMPTZ;

-- migrate:down

ALTER TABLE personal_access_tokens DROP COLUMN rotated_at;
