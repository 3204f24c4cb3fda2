# confirm: the verification passed, the armed rollback of this bounce shall not fire.
# Parameter: operationKey of the bounce.
action=confirm
need_operation_key
arms=$armed/$SSM_operationKey
[ -d "$arms" ] || { report not-armed 'no bounce with this key is armed' && exit 0; }
if mkdir "$arms/settled" 2>/dev/null; then
  echo confirmed >"$arms/outcome"
fi
report "$(cat "$arms/outcome" 2>/dev/null || echo rolled-back)" ''
