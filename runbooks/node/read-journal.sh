# read-journal: what this node knows of an operation key. Changes nothing.
# Parameter: operationKey.
action=read-journal
need_operation_key
if [ -f "$journal/$SSM_operationKey.json" ]; then
  sed 's/"replayed":false/"replayed":true/' "$journal/$SSM_operationKey.json"
elif [ -f "$journal/$SSM_operationKey.started" ]; then
  report interrupted 'it began and did not end'
else
  report absent ''
fi
