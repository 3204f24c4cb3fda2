import { allow, ask, type Guard, shadow } from './guard.ts';

/** Shadow mode does nothing. Where autonomy is earned, the level of the stage for this class and pool decides. */
export const autonomy: Guard = {
  name: 'autonomy',
  decide: ({ standing: { autonomy: inputs }, stage }) => {
    const { mode, earned, level } = inputs;
    if (mode === 'shadow') return shadow({ ...inputs }, 'REPAIR_MODE is shadow');
    if (!earned || level === 'auto') return allow({ ...inputs });
    if (level === 'approve') return ask({ ...inputs }, `${stage.name} has not earned to act unasked here`);
    return shadow({ ...inputs }, `${stage.name} has not earned to act here`);
  },
};
