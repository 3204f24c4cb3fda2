# apply: turns the listed lines of the grammar into fact, and only them.
# Parameters: operationKey, fencingToken, operations, check (true: say what would change, touch nothing).
action=apply
need_operation_key
need fencingToken operations check
matches "$SSM_fencingToken" '[0-9]{1,12}' || refuse 'fencingToken is not a number'
parse_operations
case $SSM_check in
true)
  check_only=true
  read_kernel
  compile_batches
  cat "$work"/batch.*.lines | awk '!seen[$0]++' >"$work/changed"
  report "$([ -s "$work/changed" ] && echo applied || echo unchanged)" ''
  exit 0
  ;;
false) ;;
*) refuse 'check is neither true nor false' ;;
esac
take_lock
replay_or_begin
read_kernel
compile_batches
run_batches
if [ -s "$work/failed" ]; then
  finish failed "$(wc -l <"$work/failed" | tr -d ' ') lines failed: $(head -n 1 "$work/failed" | tr '\t' ':')"
fi
finish "$([ -s "$work/changed" ] && echo applied || echo unchanged)" ''
