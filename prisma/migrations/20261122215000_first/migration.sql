-- CreateTable
CREATE TABLE "installation" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "epoch" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "installation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "workspaces" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "workspaces_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "environments" (
    "workspace_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "environments_pkey" PRIMARY KEY ("workspace_id","name")
);

-- CreateTable
CREATE TABLE "services" (
    "workspace_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "display_name" TEXT,
    "description" TEXT,
    "owner" TEXT,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "archived_at" TIMESTAMPTZ(3),

    CONSTRAINT "services_pkey" PRIMARY KEY ("workspace_id","name")
);

-- CreateTable
CREATE TABLE "service_includes" (
    "workspace_id" TEXT NOT NULL,
    "service" TEXT NOT NULL,
    "included" TEXT NOT NULL,
    "position" INTEGER NOT NULL,

    CONSTRAINT "service_includes_pkey" PRIMARY KEY ("workspace_id","service","included")
);

-- CreateTable
CREATE TABLE "schema_versions" (
    "workspace_id" TEXT NOT NULL,
    "service" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "content" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "author" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "schema_versions_pkey" PRIMARY KEY ("workspace_id","service","number")
);

-- CreateTable
CREATE TABLE "documents" (
    "workspace_id" TEXT NOT NULL,
    "service" TEXT NOT NULL,
    "layer" TEXT NOT NULL,
    "current_version" INTEGER NOT NULL,

    CONSTRAINT "documents_pkey" PRIMARY KEY ("workspace_id","service","layer")
);

-- CreateTable
CREATE TABLE "document_versions" (
    "workspace_id" TEXT NOT NULL,
    "service" TEXT NOT NULL,
    "layer" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "format" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "content" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "message" TEXT NOT NULL,
    "author" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "document_versions_pkey" PRIMARY KEY ("workspace_id","service","layer","number")
);

-- CreateTable
CREATE TABLE "config_heads" (
    "workspace_id" TEXT NOT NULL,
    "service" TEXT NOT NULL,
    "environment" TEXT NOT NULL,
    "revision" INTEGER NOT NULL,
    "hash" TEXT NOT NULL,

    CONSTRAINT "config_heads_pkey" PRIMARY KEY ("workspace_id","service","environment")
);

-- CreateTable
CREATE TABLE "revisions" (
    "workspace_id" TEXT NOT NULL,
    "service" TEXT NOT NULL,
    "environment" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "content" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "layers" JSONB NOT NULL,
    "message" TEXT NOT NULL,
    "author" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "revisions_pkey" PRIMARY KEY ("workspace_id","service","environment","number")
);

-- CreateTable
CREATE TABLE "changes" (
    "id" BIGSERIAL NOT NULL,
    "xid" xid8 NOT NULL DEFAULT pg_current_xact_id(),
    "workspace_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "service" TEXT,
    "environment" TEXT,
    "subject" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "changes_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "tokens" (
    "id" TEXT NOT NULL,
    "workspace_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "last_four" TEXT NOT NULL,
    "services" TEXT[],
    "environments" TEXT[],
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "tokens_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_entries" (
    "id" BIGSERIAL NOT NULL,
    "workspace_id" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "actor" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "target" TEXT NOT NULL,
    "detail" JSONB NOT NULL DEFAULT '{}',
    "request_id" TEXT NOT NULL,

    CONSTRAINT "audit_entries_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "idempotency_keys" (
    "workspace_id" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "response" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "idempotency_keys_pkey" PRIMARY KEY ("workspace_id","key")
);

-- CreateTable
CREATE TABLE "breakers" (
    "workspace_id" TEXT NOT NULL,
    "service" TEXT NOT NULL,
    "environment" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "policy" JSONB NOT NULL,
    "forced" JSONB,
    "circuit" JSONB,
    "generation" BIGINT NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "breakers_pkey" PRIMARY KEY ("workspace_id","service","environment","name")
);

-- CreateTable
CREATE TABLE "status_transitions" (
    "id" BIGSERIAL NOT NULL,
    "workspace_id" TEXT NOT NULL,
    "service" TEXT NOT NULL,
    "environment" TEXT NOT NULL,
    "instance" TEXT NOT NULL,
    "from" TEXT NOT NULL,
    "to" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "status_transitions_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "workspaces_name_key" ON "workspaces"("name");

-- CreateIndex
CREATE INDEX "service_includes_workspace_id_included_idx" ON "service_includes"("workspace_id", "included");

-- CreateIndex
CREATE INDEX "changes_xid_id_idx" ON "changes"("xid", "id");

-- CreateIndex
CREATE INDEX "changes_at_idx" ON "changes"("at");

-- CreateIndex
CREATE UNIQUE INDEX "tokens_hash_key" ON "tokens"("hash");

-- CreateIndex
CREATE INDEX "tokens_workspace_id_id_idx" ON "tokens"("workspace_id", "id");

-- CreateIndex
CREATE INDEX "audit_entries_workspace_id_id_idx" ON "audit_entries"("workspace_id", "id");

-- CreateIndex
CREATE INDEX "idempotency_keys_created_at_idx" ON "idempotency_keys"("created_at");

-- CreateIndex
CREATE INDEX "status_transitions_workspace_id_service_environment_id_idx" ON "status_transitions"("workspace_id", "service", "environment", "id");

-- CreateIndex
CREATE INDEX "status_transitions_at_idx" ON "status_transitions"("at");

-- AddForeignKey
ALTER TABLE "environments" ADD CONSTRAINT "environments_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspaces"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "services" ADD CONSTRAINT "services_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspaces"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "service_includes" ADD CONSTRAINT "service_includes_workspace_id_service_fkey" FOREIGN KEY ("workspace_id", "service") REFERENCES "services"("workspace_id", "name") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "service_includes" ADD CONSTRAINT "service_includes_workspace_id_included_fkey" FOREIGN KEY ("workspace_id", "included") REFERENCES "services"("workspace_id", "name") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "schema_versions" ADD CONSTRAINT "schema_versions_workspace_id_service_fkey" FOREIGN KEY ("workspace_id", "service") REFERENCES "services"("workspace_id", "name") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "documents" ADD CONSTRAINT "documents_workspace_id_service_fkey" FOREIGN KEY ("workspace_id", "service") REFERENCES "services"("workspace_id", "name") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "document_versions" ADD CONSTRAINT "document_versions_workspace_id_service_layer_fkey" FOREIGN KEY ("workspace_id", "service", "layer") REFERENCES "documents"("workspace_id", "service", "layer") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "config_heads" ADD CONSTRAINT "config_heads_workspace_id_service_fkey" FOREIGN KEY ("workspace_id", "service") REFERENCES "services"("workspace_id", "name") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "revisions" ADD CONSTRAINT "revisions_workspace_id_service_environment_fkey" FOREIGN KEY ("workspace_id", "service", "environment") REFERENCES "config_heads"("workspace_id", "service", "environment") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "tokens" ADD CONSTRAINT "tokens_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspaces"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "breakers" ADD CONSTRAINT "breakers_workspace_id_service_fkey" FOREIGN KEY ("workspace_id", "service") REFERENCES "services"("workspace_id", "name") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Written by hand from here: what Prisma's schema cannot say.

-- One installation has one history.
ALTER TABLE "installation" ADD CONSTRAINT "installation_one_row" CHECK ("id" = 1);

-- Names go unescaped into addresses, rooms and keys: one DNS label (RFC 1123 §2.1). Environments share the column
-- `layer` with `base`.
ALTER TABLE "environments" ADD CONSTRAINT "environments_name_label" CHECK ("name" COLLATE "C" ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$' AND "name" <> 'base');
ALTER TABLE "services" ADD CONSTRAINT "services_name_label" CHECK ("name" COLLATE "C" ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$');
ALTER TABLE "services" ADD CONSTRAINT "services_kind_known" CHECK ("kind" IN ('service', 'shared'));
ALTER TABLE "service_includes" ADD CONSTRAINT "service_includes_not_itself" CHECK ("service" <> "included");

-- Versions and revisions count from 1; a head or a document that has none yet stands at 0.
ALTER TABLE "schema_versions" ADD CONSTRAINT "schema_versions_number_counts" CHECK ("number" >= 1);
ALTER TABLE "documents" ADD CONSTRAINT "documents_current_version_counts" CHECK ("current_version" >= 0);
ALTER TABLE "document_versions" ADD CONSTRAINT "document_versions_number_counts" CHECK ("number" >= 1);
ALTER TABLE "config_heads" ADD CONSTRAINT "config_heads_revision_counts" CHECK ("revision" >= 0);
ALTER TABLE "revisions" ADD CONSTRAINT "revisions_number_counts" CHECK ("number" >= 1);
ALTER TABLE "breakers" ADD CONSTRAINT "breakers_generation_counts" CHECK ("generation" >= 0);

INSERT INTO "workspaces" ("id", "name") VALUES ('default', 'default');
INSERT INTO "environments" ("workspace_id", "name", "position")
VALUES ('default', 'dev', 0), ('default', 'staging', 1), ('default', 'prod', 2);

-- The epoch is a UUIDv7 (RFC 9562 §5.7): 48 bits of milliseconds, then chance, so that later epochs sort behind
-- earlier ones. PostgreSQL makes them itself only from 18 on; a version 4 gives the random half and the variant.
INSERT INTO "installation" ("id", "epoch")
SELECT 1, substr("now"."hex", 1, 8) || '-' || substr("now"."hex", 9, 4) || '-7' || substr(gen_random_uuid()::text, 16)
FROM (SELECT lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0') AS "hex") AS "now";
