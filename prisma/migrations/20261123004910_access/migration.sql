-- DropIndex
DROP INDEX "audit_entries_workspace_id_id_idx";

-- DropIndex
DROP INDEX "workspaces_name_key";

-- The table of before: what is in it is chained further below.
ALTER TABLE "audit_entries" RENAME CONSTRAINT "audit_entries_pkey" TO "audit_entries_before_pkey";
ALTER TABLE "audit_entries" RENAME TO "audit_entries_before";

-- CreateTable
CREATE TABLE "audit_entries" (
    "workspace_id" TEXT NOT NULL,
    "number" BIGINT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "actor" TEXT NOT NULL,
    "identity" TEXT NOT NULL DEFAULT '',
    "via" TEXT NOT NULL DEFAULT 'system',
    "credential" TEXT NOT NULL DEFAULT '',
    "address" TEXT NOT NULL DEFAULT '',
    "request_id" TEXT NOT NULL,
    "outcome" TEXT NOT NULL DEFAULT 'done',
    "action" TEXT NOT NULL,
    "target" TEXT NOT NULL,
    "service" TEXT,
    "environment" TEXT,
    "detail" TEXT NOT NULL DEFAULT '{}',
    "previous_hash" TEXT NOT NULL DEFAULT '',
    "hash" TEXT NOT NULL DEFAULT '',

    CONSTRAINT "audit_entries_pkey" PRIMARY KEY ("workspace_id","number")
);

-- AlterTable
ALTER TABLE "config_heads" ADD COLUMN     "released" INTEGER;
UPDATE "config_heads" SET "released" = "revision";
ALTER TABLE "config_heads" ALTER COLUMN "released" SET NOT NULL;

-- AlterTable
ALTER TABLE "document_versions" ADD COLUMN     "author_identity" TEXT NOT NULL DEFAULT '';

-- AlterTable
ALTER TABLE "environments" ADD COLUMN     "protected" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "revisions" ADD COLUMN     "secrets" JSONB NOT NULL DEFAULT '{}';

-- AlterTable
ALTER TABLE "tokens" ADD COLUMN     "identity" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "last_used_at" TIMESTAMPTZ(3),
ADD COLUMN     "permissions" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "rotated_from" TEXT;

-- AlterTable
ALTER TABLE "workspaces" ADD COLUMN     "archived_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "audit_heads" (
    "workspace_id" TEXT NOT NULL,
    "number" BIGINT NOT NULL,
    "hash" TEXT NOT NULL,

    CONSTRAINT "audit_heads_pkey" PRIMARY KEY ("workspace_id")
);

-- CreateTable
CREATE TABLE "users" (
    "id" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "password_hash" TEXT,
    "is_operator" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "disabled_at" TIMESTAMPTZ(3),

    CONSTRAINT "users_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "members" (
    "workspace_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "grants" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_by" TEXT NOT NULL,

    CONSTRAINT "members_pkey" PRIMARY KEY ("workspace_id","user_id")
);

-- CreateTable
CREATE TABLE "invitations" (
    "id" TEXT NOT NULL,
    "workspace_id" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "grants" JSONB NOT NULL,
    "hash" TEXT NOT NULL,
    "created_by" TEXT NOT NULL,
    "created_by_identity" TEXT NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "accepted_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "invitations_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sessions" (
    "id" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "workspace_id" TEXT,
    "address" TEXT NOT NULL,
    "user_agent" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "sessions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "password_resets" (
    "id" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "password_resets_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "approvals" (
    "id" TEXT NOT NULL,
    "workspace_id" TEXT NOT NULL,
    "service" TEXT NOT NULL,
    "environment" TEXT NOT NULL,
    "revision" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "message" TEXT NOT NULL,
    "author" TEXT NOT NULL,
    "author_identity" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "decided_by" TEXT,
    "decided_by_identity" TEXT,
    "decided_at" TIMESTAMPTZ(3),
    "comment" TEXT,

    CONSTRAINT "approvals_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "secrets" (
    "workspace_id" TEXT NOT NULL,
    "service" TEXT NOT NULL,
    "environment" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "current_version" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "secrets_pkey" PRIMARY KEY ("workspace_id","service","environment","name")
);

-- CreateTable
CREATE TABLE "secret_versions" (
    "workspace_id" TEXT NOT NULL,
    "service" TEXT NOT NULL,
    "environment" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "data_key_id" TEXT NOT NULL,
    "nonce" BYTEA NOT NULL,
    "ciphertext" BYTEA NOT NULL,
    "author" TEXT NOT NULL,
    "author_identity" TEXT NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "secret_versions_pkey" PRIMARY KEY ("workspace_id","service","environment","name","number")
);

-- CreateTable
CREATE TABLE "data_keys" (
    "workspace_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "wrapping_key_id" TEXT NOT NULL,
    "nonce" BYTEA NOT NULL,
    "wrapped" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "retired_at" TIMESTAMPTZ(3),

    CONSTRAINT "data_keys_pkey" PRIMARY KEY ("workspace_id","id")
);

-- CreateIndex
CREATE UNIQUE INDEX "users_email_key" ON "users"("email");

-- CreateIndex
CREATE INDEX "members_user_id_idx" ON "members"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "invitations_hash_key" ON "invitations"("hash");

-- CreateIndex
CREATE INDEX "invitations_workspace_id_id_idx" ON "invitations"("workspace_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "sessions_hash_key" ON "sessions"("hash");

-- CreateIndex
CREATE INDEX "sessions_user_id_id_idx" ON "sessions"("user_id", "id");

-- CreateIndex
CREATE INDEX "sessions_expires_at_idx" ON "sessions"("expires_at");

-- CreateIndex
CREATE UNIQUE INDEX "password_resets_hash_key" ON "password_resets"("hash");

-- CreateIndex
CREATE INDEX "password_resets_user_id_idx" ON "password_resets"("user_id");

-- CreateIndex
CREATE INDEX "approvals_workspace_id_state_id_idx" ON "approvals"("workspace_id", "state", "id");

-- CreateIndex
CREATE UNIQUE INDEX "approvals_workspace_id_service_environment_revision_key" ON "approvals"("workspace_id", "service", "environment", "revision");

-- CreateIndex
CREATE INDEX "secret_versions_workspace_id_data_key_id_idx" ON "secret_versions"("workspace_id", "data_key_id");

-- CreateIndex
CREATE INDEX "audit_entries_workspace_id_action_number_idx" ON "audit_entries"("workspace_id", "action", "number");

-- CreateIndex
CREATE INDEX "audit_entries_workspace_id_service_number_idx" ON "audit_entries"("workspace_id", "service", "number");

-- AddForeignKey
ALTER TABLE "members" ADD CONSTRAINT "members_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspaces"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "members" ADD CONSTRAINT "members_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspaces"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "password_resets" ADD CONSTRAINT "password_resets_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "approvals" ADD CONSTRAINT "approvals_workspace_id_service_environment_fkey" FOREIGN KEY ("workspace_id", "service", "environment") REFERENCES "config_heads"("workspace_id", "service", "environment") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "secrets" ADD CONSTRAINT "secrets_workspace_id_service_fkey" FOREIGN KEY ("workspace_id", "service") REFERENCES "services"("workspace_id", "name") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "secret_versions" ADD CONSTRAINT "secret_versions_workspace_id_service_environment_name_fkey" FOREIGN KEY ("workspace_id", "service", "environment", "name") REFERENCES "secrets"("workspace_id", "service", "environment", "name") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "secret_versions" ADD CONSTRAINT "secret_versions_workspace_id_data_key_id_fkey" FOREIGN KEY ("workspace_id", "data_key_id") REFERENCES "data_keys"("workspace_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "data_keys" ADD CONSTRAINT "data_keys_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspaces"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Written by hand from here: what Prisma's schema cannot say.

UPDATE "tokens" SET "identity" = 'token:' || "id";

-- It goes unescaped into rooms and keys, and `*` stands for all of them.
ALTER TABLE "workspaces" ADD CONSTRAINT "workspaces_id_label" CHECK ("id" COLLATE "C" ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$');
ALTER TABLE "config_heads" ADD CONSTRAINT "config_heads_released_exists" CHECK ("released" BETWEEN 0 AND "revision");
ALTER TABLE "audit_entries" ADD CONSTRAINT "audit_entries_outcome_known" CHECK ("outcome" IN ('done', 'refused'));
ALTER TABLE "approvals" ADD CONSTRAINT "approvals_state_known" CHECK ("state" IN ('pending', 'approved', 'rejected', 'superseded', 'emergency'));
-- One revision at a time waits for a service and environment.
CREATE UNIQUE INDEX "approvals_one_pending" ON "approvals" ("workspace_id", "service", "environment") WHERE "state" = 'pending';
ALTER TABLE "users" ADD CONSTRAINT "users_email_lower" CHECK ("email" = lower("email"));
ALTER TABLE "secrets" ADD CONSTRAINT "secrets_name_label" CHECK ("name" COLLATE "C" ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$');
ALTER TABLE "secret_versions" ADD CONSTRAINT "secret_versions_number_counts" CHECK ("number" >= 1);
ALTER TABLE "secret_versions" ADD CONSTRAINT "secret_versions_sealed" CHECK (length("nonce") = 12 AND length("ciphertext") >= 16);
ALTER TABLE "data_keys" ADD CONSTRAINT "data_keys_sealed" CHECK (length("nonce") = 12 AND length("wrapped") = 48);

-- The audit chain. Whoever inserts, the entry gets the next number of its workspace and a hash over its fields and the
-- hash before; the lock on the head keeps the order that of the commits. The text that is hashed is a JSON array, which
-- a verifier can make again from the row alone.
CREATE FUNCTION "audit_entry_hash"(entry "audit_entries") RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT encode(sha256(convert_to(json_build_array(
    entry.workspace_id, entry.number::text,
    to_char(entry.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    entry.actor, entry.identity, entry.via, entry.credential, entry.address, entry.request_id, entry.outcome,
    entry.action, entry.target, entry.service, entry.environment, entry.detail, entry.previous_hash
  )::text, 'UTF8')), 'hex')
$$;

CREATE FUNCTION "append_to_audit_chain"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
  head audit_heads%ROWTYPE;
BEGIN
  SELECT * INTO head FROM audit_heads WHERE workspace_id = NEW.workspace_id FOR UPDATE;
  IF NOT FOUND THEN
    INSERT INTO audit_heads (workspace_id, number, hash) VALUES (NEW.workspace_id, 0, '') ON CONFLICT DO NOTHING;
    SELECT * INTO head FROM audit_heads WHERE workspace_id = NEW.workspace_id FOR UPDATE;
  END IF;
  NEW.number := head.number + 1;
  NEW.previous_hash := head.hash;
  NEW.hash := audit_entry_hash(NEW);
  UPDATE audit_heads SET number = NEW.number, hash = NEW.hash WHERE workspace_id = NEW.workspace_id;
  RETURN NEW;
END $$;

-- By a loop and not by the trigger, which would change the row of a head once for every entry: in one transaction that
-- takes a time that grows with the square of their number.
DO $$
DECLARE
  earlier audit_entries_before%ROWTYPE;
  entry audit_entries%ROWTYPE;
BEGIN
  FOR earlier IN SELECT * FROM audit_entries_before ORDER BY workspace_id, id LOOP
    IF entry.workspace_id IS DISTINCT FROM earlier.workspace_id THEN
      entry.number := 0;
      entry.hash := '';
    END IF;
    entry := ROW(earlier.workspace_id, entry.number + 1, earlier.at, earlier.actor, '', 'system', '', '', earlier.request_id,
      'done', earlier.action, earlier.target, NULL, NULL, earlier.detail::text, entry.hash, '')::audit_entries;
    entry.hash := audit_entry_hash(entry);
    INSERT INTO audit_entries SELECT entry.*;
  END LOOP;
END $$;
INSERT INTO "audit_heads" ("workspace_id", "number", "hash")
SELECT DISTINCT ON ("workspace_id") "workspace_id", "number", "hash" FROM "audit_entries" ORDER BY "workspace_id", "number" DESC;

CREATE TRIGGER "append_to_audit_chain" BEFORE INSERT ON "audit_entries"
FOR EACH ROW EXECUTE FUNCTION "append_to_audit_chain"();
DROP TABLE "audit_entries_before";

-- Tenants. The application works as the role `binnacle_app`, which owns nothing, and says for every transaction which
-- workspace it works for (`binnacle.workspace`): rows of another one do not exist then, whatever a statement asks for.
-- `*` stands for all of them, for what belongs to no single one. Who says nothing sees nothing.
-- An operator may have made the role and granted it; else this login needs CREATEROLE.
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'binnacle_app') THEN
    BEGIN
      CREATE ROLE binnacle_app NOLOGIN;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
      NULL; -- another installation on this server has just made it
    END;
  END IF;
  -- Since PostgreSQL 16 who makes a role is a member that may not become it.
  IF NOT pg_has_role(current_user, 'binnacle_app',
    CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END) THEN
    EXECUTE format('GRANT binnacle_app TO %I', current_user);
  END IF;
END $$;

CREATE FUNCTION "in_workspace"("workspace" text) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT "workspace" = current_setting('binnacle.workspace', true) OR current_setting('binnacle.workspace', true) = '*'
$$;
CREATE FUNCTION "in_all_workspaces"() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT coalesce(current_setting('binnacle.workspace', true) = '*', false)
$$;

DO $$
DECLARE
  held text;
BEGIN
  FOR held IN
    SELECT c.table_name FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
    WHERE c.table_schema = 'public' AND c.column_name = 'workspace_id' AND t.table_type = 'BASE TABLE'
      AND c.table_name <> 'sessions'
  LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', held);
    EXECUTE format('CREATE POLICY in_workspace ON %I USING (in_workspace(workspace_id)) WITH CHECK (in_workspace(workspace_id))', held);
  END LOOP;
END $$;
ALTER TABLE "workspaces" ENABLE ROW LEVEL SECURITY;
CREATE POLICY "in_workspace" ON "workspaces" USING (in_workspace("id")) WITH CHECK (in_workspace("id"));
ALTER TABLE "users" ENABLE ROW LEVEL SECURITY;
CREATE POLICY "in_all_workspaces" ON "users" USING (in_all_workspaces()) WITH CHECK (in_all_workspaces());
CREATE POLICY "fellow_members" ON "users" FOR SELECT USING (EXISTS (SELECT FROM "members" WHERE "members"."user_id" = "users"."id"));
ALTER TABLE "sessions" ENABLE ROW LEVEL SECURITY;
CREATE POLICY "in_all_workspaces" ON "sessions" USING (in_all_workspaces()) WITH CHECK (in_all_workspaces());
ALTER TABLE "password_resets" ENABLE ROW LEVEL SECURITY;
CREATE POLICY "in_all_workspaces" ON "password_resets" USING (in_all_workspaces()) WITH CHECK (in_all_workspaces());

GRANT USAGE ON SCHEMA public TO binnacle_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO binnacle_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO binnacle_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO binnacle_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO binnacle_app;
-- What was done stays: entries are added by the application and changed by nobody.
REVOKE UPDATE, DELETE, TRUNCATE ON "audit_entries" FROM binnacle_app;
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON "audit_heads" FROM binnacle_app;
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON "installation" FROM binnacle_app;
REVOKE ALL ON "_prisma_migrations" FROM binnacle_app;
