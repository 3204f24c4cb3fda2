# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # variables are shared with the files beside it
# rollback: restores the snapshot of a change now, unless the change was confirmed.
# Parameter: operationKey of the change.
action=rollback
need_operation_key
take_lock
arms=$armed/$SSM_operationKey
[ -f "$arms/deadline" ] || answer not-armed 'no change with this key is armed'
roll_back "$arms"
[ "$(readlink "$arms/decision")" = rolled-back ] || answer confirmed 'it was confirmed before'
end_timer "$arms"
not_back=$(why_not_back "$arms")
[ -z "$not_back" ] || answer failed "$not_back"
answer rolled-back ''
