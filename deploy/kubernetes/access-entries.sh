#!/bin/sh
# EKS: gives each function's IAM role an access entry with the group of its name, to which rbac.yaml gives rights. Needs the AWS CLI with
# credentials of the cluster's account. Not needed with eks.accessEntries: true, where the stack makes them.
#   sh access-entries.sh
set -eu

# Empty: the region of the credentials.
region=''
cluster=''
stack='Restitch'
# Empty: read from the outputs of the stack, which must then be in the account and region of the cluster.
runbook_role=''
sweep_role=''

# role_of FUNCTION
role_of() {
  aws cloudformation describe-stacks --stack-name "$stack" \
    --query "Stacks[0].Outputs[?OutputKey=='$1RoleArn'].OutputValue" --output text
}

# let_in GROUP ROLE
let_in() {
  case $2 in
    arn:*:iam::*:role/*) ;;
    *)
      printf 'access-entries.sh: the stack %s has no output with the role for %s\n' "$stack" "$1" >&2
      exit 1
      ;;
  esac
  # An entry that is there may have been made for something else: its groups are set, and nothing else is changed.
  if aws eks describe-access-entry --cluster-name "$cluster" --principal-arn "$2" > /dev/null 2>&1; then
    aws eks update-access-entry --cluster-name "$cluster" --principal-arn "$2" --kubernetes-groups "$1" > /dev/null
  else
    aws eks create-access-entry --cluster-name "$cluster" --principal-arn "$2" --kubernetes-groups "$1" > /dev/null
  fi
  printf '%s is %s in %s\n' "$2" "$1" "$cluster"
}

if [ -n "$region" ]; then
  export AWS_REGION="$region" AWS_DEFAULT_REGION="$region"
fi
runbook=${runbook_role:-$(role_of Runbook)}
sweep=${sweep_role:-$(role_of Sweep)}
let_in restitch-runbook "$runbook"
let_in restitch-sweep "$sweep"
