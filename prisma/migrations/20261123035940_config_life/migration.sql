-- AlterTable
ALTER TABLE "document_versions" ADD COLUMN     "change_set" TEXT,
ADD COLUMN     "contributors" JSONB NOT NULL DEFAULT '[]',
ADD COLUMN     "keys_added" INTEGER,
ADD COLUMN     "keys_changed" INTEGER,
ADD COLUMN     "keys_removed" INTEGER;

-- CreateTable
CREATE TABLE "document_tags" (
    "workspace_id" TEXT NOT NULL,
    "service" TEXT NOT NULL,
    "layer" TEXT NOT NULL,
    "tag" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "author" TEXT NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "document_tags_pkey" PRIMARY KEY ("workspace_id","service","layer","tag")
);

-- CreateTable
CREATE TABLE "drafts" (
    "workspace_id" TEXT NOT NULL,
    "service" TEXT NOT NULL,
    "layer" TEXT NOT NULL,
    "etag" TEXT NOT NULL,
    "base_version" INTEGER NOT NULL,
    "format" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "message" TEXT NOT NULL DEFAULT '',
    "author" TEXT NOT NULL,
    "author_identity" TEXT NOT NULL,
    "contributors" JSONB NOT NULL DEFAULT '[]',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "drafts_pkey" PRIMARY KEY ("workspace_id","service","layer")
);

-- CreateTable
CREATE TABLE "ended_drafts" (
    "workspace_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "service" TEXT NOT NULL,
    "layer" TEXT NOT NULL,
    "base_version" INTEGER NOT NULL,
    "format" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "message" TEXT NOT NULL,
    "author" TEXT NOT NULL,
    "contributors" JSONB NOT NULL DEFAULT '[]',
    "outcome" TEXT NOT NULL,
    "version" INTEGER,
    "ended_by" TEXT NOT NULL,
    "ended_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ended_drafts_pkey" PRIMARY KEY ("workspace_id","id")
);

-- CreateIndex
CREATE INDEX "document_tags_workspace_id_service_layer_version_idx" ON "document_tags"("workspace_id", "service", "layer", "version");

-- CreateIndex
CREATE INDEX "ended_drafts_workspace_id_service_layer_id_idx" ON "ended_drafts"("workspace_id", "service", "layer", "id");

-- CreateIndex
CREATE INDEX "ended_drafts_ended_at_idx" ON "ended_drafts"("ended_at");

-- AddForeignKey
ALTER TABLE "document_tags" ADD CONSTRAINT "document_tags_workspace_id_service_layer_version_fkey" FOREIGN KEY ("workspace_id", "service", "layer", "version") REFERENCES "document_versions"("workspace_id", "service", "layer", "number") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "drafts" ADD CONSTRAINT "drafts_workspace_id_service_fkey" FOREIGN KEY ("workspace_id", "service") REFERENCES "services"("workspace_id", "name") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ended_drafts" ADD CONSTRAINT "ended_drafts_workspace_id_service_fkey" FOREIGN KEY ("workspace_id", "service") REFERENCES "services"("workspace_id", "name") ON DELETE RESTRICT ON UPDATE CASCADE;


-- Rows of the workspace alone, as in all tables.
ALTER TABLE "document_tags" ENABLE ROW LEVEL SECURITY;
CREATE POLICY "in_workspace" ON "document_tags" USING (in_workspace("workspace_id")) WITH CHECK (in_workspace("workspace_id"));
ALTER TABLE "drafts" ENABLE ROW LEVEL SECURITY;
CREATE POLICY "in_workspace" ON "drafts" USING (in_workspace("workspace_id")) WITH CHECK (in_workspace("workspace_id"));
ALTER TABLE "ended_drafts" ENABLE ROW LEVEL SECURITY;
CREATE POLICY "in_workspace" ON "ended_drafts" USING (in_workspace("workspace_id")) WITH CHECK (in_workspace("workspace_id"));
