# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # variables are shared with the files beside it
# apply: turns the listed lines of the grammar into fact, and only them.
# Parameters: operationKey, fencingToken, operations, check (true: say what would change, touch nothing).
action=apply
need_operation_key
need_fencing_token
need operations check
parse_operations
case $SSM_check in
true)
  check_only=true
  find_pending
  awk 'FILENAME ~ /pending$/ { left[$0] = 1; next } $0 in left && !seen[$0]++' "$work/pending" "$work/operations" >"$work/changed"
  unchanged=$(awk 'FILENAME ~ /pending$/ { left[$0] = 1; next } !($0 in left) && !seen[$0]++ { n++ } END { print n + 0 }' "$work/pending" "$work/operations")
  answer "$([ -s "$work/changed" ] && echo applied || echo unchanged)" ''
  ;;
false) ;;
*) answer refused 'check is neither true nor false' ;;
esac
take_lock
replay_if_known
check_fence
settle_open_bounces
begin
find_pending
cp "$work/pending" "$work/asked"
run_batches
settle_lines
if [ -s "$work/failed" ]; then
  finish failed "$(first_failure)"
elif [ -s "$work/changed" ]; then
  finish applied ''
else
  finish unchanged ''
fi
cat "$work/report"
leave_with "$(status_of "$work/report")"
