import * as z from 'zod';

/** Tells this deployment's claims from those of another one on the same cluster. The stack sets its ARN. */
export const stackIdSetting = z.string().min(1).max(300).default('restitch');
