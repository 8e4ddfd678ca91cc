import { applyDecorators } from '@nestjs/common';
import { ApiOperation, ApiResponse } from '@nestjs/swagger';
import { problemSchema } from '@binnacle/contracts';
import type { z } from 'zod';

/** What a route does and answers with, for the reference. Every route may also answer with problem details. */
export function Answers(status: number, summary: string, schema?: z.ZodType): MethodDecorator {
  return applyDecorators(
    ApiOperation({ summary }),
    ApiResponse({ status, description: summary, ...(schema === undefined ? {} : { standardSchema: schema }) }),
    ApiResponse({ status: '4XX', description: 'Problem details (RFC 9457)', standardSchema: problemSchema }),
  );
}
