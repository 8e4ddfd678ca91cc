import { Controller, Delete, Get, HttpCode, Param, Query } from '@nestjs/common';
import {
  pageOf,
  type PageQuery,
  pageQuerySchema,
  type SessionBody,
  sessionParamsSchema,
  sessionSchema,
} from '@binnacle/contracts';
import type { Actor, Page } from '@binnacle/store';
import { Answers } from '../../openapi/answers.decorator.js';
import { CallerOnce, Person, type PersonPrincipal } from './person.decorator.js';
import { SessionsService } from './sessions.service.js';

@Controller('sessions')
export class SessionsController {
  constructor(private readonly sessions: SessionsService) {}

  @Get()
  @Answers(200, 'Your own open sessions, newest first', pageOf(sessionSchema))
  list(
    @Person() person: PersonPrincipal,
    @Query({ schema: pageQuerySchema }) page: PageQuery,
  ): Promise<Page<SessionBody>> {
    return this.sessions.list(person, page);
  }

  @Delete()
  @HttpCode(204)
  @Answers(204, 'End all your other sessions')
  endOthers(@CallerOnce() caller: Actor, @Person() person: PersonPrincipal): Promise<void> {
    return this.sessions.endOthers(caller, person);
  }

  @Delete(':id')
  @HttpCode(204)
  @Answers(204, 'End one of your sessions')
  end(
    @CallerOnce() caller: Actor,
    @Person() person: PersonPrincipal,
    @Param({ schema: sessionParamsSchema }) { id }: { id: string },
  ): Promise<void> {
    return this.sessions.end(caller, person, id);
  }
}
