# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # variables are shared with the files beside it
# rollback: puts the snapshot of this bounce back now, unless it was confirmed.
# Parameter: operationKey of the bounce.
action=rollback
need_operation_key
take_lock
arms=$armed/$SSM_operationKey
[ -f "$arms/deadline" ] || answer not-armed 'no bounce with this key is armed'
roll_back "$arms"
[ "$(readlink "$arms/decision")" = rolled-back ] || answer confirmed 'it was confirmed before'
end_timer "$arms"
[ "$(cat "$arms/outcome" 2>/dev/null)" = rolled-back ] ||
  answer failed "the snapshot could not be put back: $(head -n 1 "$arms/errors" 2>/dev/null)"
answer rolled-back ''
