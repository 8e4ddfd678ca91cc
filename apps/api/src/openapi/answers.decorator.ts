import { applyDecorators } from '@nestjs/common';
import { ApiOperation, ApiResponse } from '@nestjs/swagger';
import type { z } from 'zod';

/** What a route does and answers with, for the reference. That it may answer with a problem goes without saying. */
export function Answers(status: number, summary: string, schema?: z.ZodType): MethodDecorator {
  return applyDecorators(
    ApiOperation({ summary }),
    ApiResponse({
      status,
      description: summary,
      ...(schema === undefined ? {} : { standardSchema: schema }),
    }),
  );
}
