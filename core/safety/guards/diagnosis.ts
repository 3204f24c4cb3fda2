import { allow, deny, type Guard } from './guard.ts';

/** A stage acts only on a diagnosis that is as certain as the stage needs. */
export const diagnosis: Guard = {
  name: 'diagnosis',
  decide: ({ stage, diagnosis: { class: faultClass, cause, confidence } }) => {
    const inputs = { class: faultClass, cause, confidence, minConfidence: stage.minConfidence };
    if (confidence >= stage.minConfidence) return allow(inputs);
    return deny(inputs, `confidence ${confidence} is below the ${stage.minConfidence} that ${stage.name} needs`);
  },
};
