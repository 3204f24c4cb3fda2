import * as z from 'zod';
import { ApiFailure } from './api-failure.ts';

/** What is asked of authorization.k8s.io/v1: `resourceAttributes`, and for whom. */
const Review = z.looseObject({
  kind: z.string(),
  spec: z.object({
    groups: z.array(z.string()).default([]),
    resourceAttributes: z.object({
      group: z.string().default(''),
      resource: z.string(),
      subresource: z.string().optional(),
      verb: z.string(),
      namespace: z.string().optional(),
      name: z.string().optional(),
    }),
  }),
});

/** Whether somebody may do something; `groups`: of whom, empty: of the caller. */
export type AskedRight = z.infer<typeof Review>['spec'];

/** A SelfSubjectAccessReview or SubjectAccessReview with its answer. */
export function answerReview(text: string, denies: (asked: AskedRight) => boolean): object {
  const review = Review.safeParse(JSON.parse(text)).data;
  if (review === undefined) throw new ApiFailure(400, 'BadRequest', 'this is no access review', {});
  return { ...review, status: { allowed: !denies(review.spec) } };
}
