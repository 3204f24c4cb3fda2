# rollback: puts the snapshot of this bounce back now, unless it was confirmed.
# Parameter: operationKey of the bounce.
action=rollback
need_operation_key
arms=$armed/$SSM_operationKey
[ -d "$arms" ] || { report not-armed 'no bounce with this key is armed' && exit 0; }
/bin/sh "$arms/restore" >/dev/null 2>&1
report "$(cat "$arms/outcome" 2>/dev/null || echo rolled-back)" ''
