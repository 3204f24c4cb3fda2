import * as z from 'zod';

/** Tells this stack's metrics from those of another one in the account. The stack sets its name. */
export const stackNameSetting = z.string().min(1).max(128).default('restitch');
