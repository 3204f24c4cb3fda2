#!/bin/sh
# Gives machines to Systems Manager, and says which Node each of them is. Needs the AWS CLI, and the right to tag instances.
#   sh nodes.sh role                 once in an account: the IAM role of machines outside EC2
#   sh nodes.sh activate NODE        a machine outside EC2: makes an activation for it alone, and prints what to run there
#   sh nodes.sh tag INSTANCE NODE    an EC2 instance (i-…), or one that is registered already (mi-…)
set -eu

# Empty: the region of the credentials.
region=''
instance_tag='restitch:node'
# Commands go to Nodes with such names only.
node_names='?*'
hybrid_role='restitch-nodes'
# The name of the cluster where State Manager installs the watchdog; empty: it does not.
watchdog=''

fail() {
  printf 'nodes.sh: %s\n' "$1" >&2
  exit "${2:-1}"
}

# must_be_name NODE: of a Node, and one that commands may go to.
must_be_name() {
  case $1 in
    '' | *[!a-z0-9.-]* | [.-]*) fail "no name of a Node: $1" 2 ;;
  esac
  set -f
  for pattern in $node_names; do
    # shellcheck disable=SC2254 # a pattern, not a word
    case $1 in
      $pattern) return ;;
    esac
  done
  fail "restitch.config.yaml allows no commands to $1: nodeNames are $node_names" 2
}

# must_be_free NODE INSTANCE: no other instance has the tag with this value. Two of them would get no commands at all.
must_be_free() {
  for taken in $(aws ssm describe-instance-information --filters "Key=tag:$instance_tag,Values=$1" \
    --query 'InstanceInformationList[].InstanceId' --output text); do
    case $taken in
      "$2" | None) ;;
      *) fail "$taken has the tag $instance_tag with the value $1 already: remove it there first" ;;
    esac
  done
}

make_role() {
  if aws iam get-role --role-name "$hybrid_role" > /dev/null 2>&1; then
    printf 'the role %s is there already\n' "$hybrid_role"
    return
  fi
  arn=$(aws sts get-caller-identity --query Arn --output text)
  partition=$(printf '%s' "$arn" | cut -d: -f2)
  account=$(printf '%s' "$arn" | cut -d: -f5)
  # Systems Manager may take the role for machines of this account only.
  trust="{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"ssm.amazonaws.com\"},\
\"Action\":\"sts:AssumeRole\",\"Condition\":{\"StringEquals\":{\"aws:SourceAccount\":\"$account\"},\
\"ArnLike\":{\"aws:SourceArn\":\"arn:$partition:ssm:*:$account:*\"}}}]}"
  aws iam create-role --role-name "$hybrid_role" --assume-role-policy-document "$trust" > /dev/null
  aws iam attach-role-policy --role-name "$hybrid_role" \
    --policy-arn "arn:$partition:iam::aws:policy/AmazonSSMManagedInstanceCore"
  printf 'made the role %s\n' "$hybrid_role"
}

activate() {
  node=$1
  must_be_name "$node"
  must_be_free "$node" ''
  set -- "Key=$instance_tag,Value=$node"
  [ -z "$watchdog" ] || set -- "$@" "Key=restitch:watchdog,Value=$watchdog"
  made=$(aws ssm create-activation --iam-role "$hybrid_role" --registration-limit 1 --default-instance-name "$node" \
    --description "Restitch: $node" --tags "$@" \
    --query '[ActivationId,ActivationCode]' --output text)
  id=$(printf '%s' "$made" | cut -f1)
  code=$(printf '%s' "$made" | cut -f2)
  printf 'On %s, where SSM Agent is installed, within 24 hours:\n' "$node"
  printf '  sudo amazon-ssm-agent -register -y -region %s -id %s -code %s\n' "${AWS_REGION:-$(aws configure get region)}" "$id" "$code"
  printf '  sudo systemctl enable --now amazon-ssm-agent\n'
}

tag() {
  instance=$1 node=$2
  must_be_name "$node"
  must_be_free "$node" "$instance"
  set -- "Key=$instance_tag,Value=$node"
  [ -z "$watchdog" ] || set -- "$@" "Key=restitch:watchdog,Value=$watchdog"
  case $instance in
    i-*) aws ec2 create-tags --resources "$instance" --tags "$@" ;;
    mi-*) aws ssm add-tags-to-resource --resource-type ManagedInstance --resource-id "$instance" --tags "$@" ;;
    *) fail "no instance: $instance" 2 ;;
  esac
  printf '%s is the Node %s\n' "$instance" "$node"
}

if [ -n "$region" ]; then
  export AWS_REGION="$region" AWS_DEFAULT_REGION="$region"
fi
case ${1-}:$# in
  role:1) make_role ;;
  activate:2) activate "$2" ;;
  tag:3) tag "$2" "$3" ;;
  *) fail 'give role, activate NODE, or tag INSTANCE NODE' 2 ;;
esac
