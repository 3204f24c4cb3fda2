# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # variables are shared with the files beside it
# read-journal: prints what this node knows of an operation key. Changes nothing, and takes no lock.
# Parameter: operationKey.
action=read-journal
need_operation_key
need_own_folders
replay_if_known
if [ -f "$armed/$SSM_operationKey/outcome" ]; then
  answer "$(cat "$armed/$SSM_operationKey/outcome")" 'it began and did not end; its snapshot was put back'
elif [ -f "$journal/$SSM_operationKey.started" ]; then
  answer interrupted 'it began and did not end'
else
  answer absent ''
fi
