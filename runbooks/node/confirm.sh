# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # variables are shared with the files beside it
# confirm: the verification passed, the armed rollback of this bounce shall not fire.
# Parameter: operationKey of the bounce.
action=confirm
need_operation_key
take_lock
arms=$armed/$SSM_operationKey
stored=$journal/$SSM_operationKey.json
[ -f "$arms/deadline" ] || answer not-armed 'no bounce with this key is armed'
if [ -f "$stored" ]; then
  ln -s confirmed "$arms/decision" 2>/dev/null
else
  # It was interrupted in the middle: there is nothing that could stay.
  roll_back "$arms"
fi
if [ "$(readlink "$arms/decision")" = confirmed ]; then
  end_timer "$arms"
  sed 's/"rollbackAt":[0-9]*}/"rollbackAt":null}/' "$stored" >"$work/stored" && write_durably "$work/stored" "$stored"
  answer confirmed ''
fi
roll_back "$arms"
answer rolled-back 'the rollback was first'
