import { z } from 'zod';

export const roleSchema = z.enum(['agent', 'viewer', 'editor', 'publisher', 'admin']);
export type Role = z.infer<typeof roleSchema>;
