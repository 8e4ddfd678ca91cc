import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module.js';
import { SecretDeliveryModule } from '../secrets/secret-delivery.module.js';
import { ValidationModule } from '../validation/validation.module.js';
import { CompositionBudget } from './composition-budget.js';
import { CompositionTrees } from './composition-trees.js';
import { ConfigCache } from './config-cache.js';
import { ConfigTexts } from './config-texts.js';
import { ConfigShortcut } from './config-shortcut.js';
import { DocumentDiffController } from './document-diff.controller.js';
import { DocumentDiffService } from './document-diff.service.js';
import { DocumentPlaces } from './document-places.js';
import { DocumentTagsController } from './document-tags.controller.js';
import { DocumentTagsService } from './document-tags.service.js';
import { DocumentsController } from './documents.controller.js';
import { DocumentsService } from './documents.service.js';
import { DraftsController } from './drafts.controller.js';
import { DraftsService } from './drafts.service.js';
import { EffectiveConfigsController } from './effective-configs.controller.js';
import { EffectiveConfigsService } from './effective-configs.service.js';
import { LongPolls } from './long-polls.js';
import { PublishingService } from './publishing.service.js';
import { ContentWork } from './content-work.js';
import { PublishDecisions } from './publish-decisions.js';
import { PublishPreviews } from './publish-previews.js';
import { ReleasePlanner } from './release-planner.js';
import { ReleaseService } from './release.service.js';

@Module({
  imports: [AccessModule, SecretDeliveryModule, ValidationModule],
  controllers: [
    DocumentDiffController,
    DocumentTagsController,
    DocumentsController,
    DraftsController,
    EffectiveConfigsController,
  ],
  providers: [
    CompositionBudget,
    CompositionTrees,
    ConfigCache,
    ConfigShortcut,
    ConfigTexts,
    DocumentDiffService,
    DocumentPlaces,
    DocumentTagsService,
    DocumentsService,
    DraftsService,
    EffectiveConfigsService,
    LongPolls,
    ContentWork,
    PublishDecisions,
    PublishPreviews,
    ReleasePlanner,
    PublishingService,
    ReleaseService,
  ],
  exports: [
    CompositionTrees,
    ConfigCache,
    EffectiveConfigsService,
    PublishingService,
    ReleaseService,
    SecretDeliveryModule,
  ],
})
export class ConfigsModule {}
