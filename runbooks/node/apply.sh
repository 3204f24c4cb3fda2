# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # variables are shared with the files beside it
# apply: carries out the listed lines of the grammar, and nothing else.
# Parameters: operationKey, fencingToken, operations, check (true: report what would change, change nothing),
# confirmWithinSeconds (0: no rollback timer; else the change is rolled back unless `confirm` comes in time).
action=apply
need_operation_key
need_fencing_token
need operations check confirmWithinSeconds
matches "$SSM_confirmWithinSeconds" '0|[1-9][0-9]{0,3}' || answer refused 'confirmWithinSeconds is not a number from 0 to 9999'
parse_operations
case $SSM_check in
true)
  check_only=true
  need_pending
  split_lines
  if [ -s "$work/hopeless" ]; then
    cp "$work/hopeless" "$work/failed"
    answer failed "$(first_failure)"
  fi
  answer "$([ -s "$work/changed" ] && echo applied || echo unchanged)" ''
  ;;
false) ;;
*) answer refused 'check is neither true nor false' ;;
esac
take_lock
replay_if_known
check_fence
settle_open_changes
end_if_put_back
need_pending
cp "$work/pending" "$work/asked"

# No timer when nothing has to change. With a timer, a list of which some line cannot be done is not begun at all.
if [ "$SSM_confirmWithinSeconds" != 0 ] && [ -s "$work/pending" ]; then
  if [ -s "$work/hopeless" ]; then
    begin
    split_lines
    : >"$work/changed"
    cp "$work/hopeless" "$work/failed"
    finish_and_tell failed "$(first_failure); nothing was touched"
  fi
  open_change "$SSM_confirmWithinSeconds"
  run_batches
  settle_lines
  end_change
fi

begin
run_batches
settle_lines
if has_failed; then
  finish_and_tell failed "$(first_failure)"
elif [ -s "$work/changed" ]; then
  finish_and_tell applied ''
else
  finish_and_tell unchanged ''
fi
