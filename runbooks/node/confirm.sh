# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # variables are shared with the files beside it
# confirm: keeps a change that was verified, and stops its rollback timer.
# Parameter: operationKey of the change.
action=confirm
need_operation_key
take_lock
arms=$armed/$SSM_operationKey
stored=$journal/$SSM_operationKey.json
if [ ! -f "$arms/deadline" ]; then
  [ "$(status_in "$(cat "$stored" 2>/dev/null)")" != unchanged ] || answer confirmed 'nothing had to be changed, so nothing was armed'
  answer not-armed 'no change with this key is armed'
fi
if [ -f "$stored" ]; then
  ln -s confirmed "$arms/decision" 2>/dev/null
else
  # The change was interrupted, so there is no complete change to keep.
  roll_back "$arms"
fi
if [ "$(readlink "$arms/decision")" = confirmed ]; then
  end_timer "$arms"
  rm -f "$arms/preshared" "$arms/room"
  kept=$(sed 's/"rollbackAt":[0-9]*}/"rollbackAt":null}/' "$stored")
  [ -z "$kept" ] || printf '%s\n' "$kept" | write_durably "$stored"
  answer confirmed ''
fi
roll_back "$arms"
not_back=$(why_not_back "$arms")
[ -z "$not_back" ] || answer failed "$not_back"
answer rolled-back 'the rollback was first'
