import { Controller, Get, Query } from '@nestjs/common';
import {
  pageOf,
  type SearchHit,
  searchHitSchema,
  type SearchQuery,
  searchQuerySchema,
} from '@binnacle/contracts';
import type { Page } from '@binnacle/store';
import type { Principal } from '../access/principal.js';
import { Sender } from '../access/sender.decorator.js';
import { Answers } from '../openapi/answers.decorator.js';
import { SearchService } from './search.service.js';

@Controller('search')
export class SearchController {
  constructor(private readonly searches: SearchService) {}

  @Get()
  @Answers(
    200,
    'Places in configurations. A page looks at a bounded part: one with few hits, or none, may have a next page',
    pageOf(searchHitSchema),
  )
  search(
    @Sender() sender: Principal,
    @Query({ schema: searchQuerySchema }) query: SearchQuery,
  ): Promise<Page<SearchHit>> {
    return this.searches.search(sender, query);
  }
}
