#!/bin/sh
# K3s and others: stores a kubeconfig with a token that ends, of the ServiceAccount restitch-runbook, in the secret that the functions
# read. Run it again before the token ends, such as once a week: they read the secret anew every minute. Needs rbac.yaml applied,
# kubectl as an administrator of the cluster, and the AWS CLI.
#   sh kubeconfig.sh https://API-SERVER:6443      the address as the functions reach it
set -eu

# Empty: the region of the credentials.
region=''
secret='restitch/kubeconfig'
# The API server may shorten it: K3s takes --kube-apiserver-arg=service-account-max-token-expiration.
token_lifetime='720h'

fail() {
  printf 'kubeconfig.sh: %s\n' "$1" >&2
  exit "${2:-1}"
}

[ $# -eq 1 ] || fail 'give the address of the API server, https://…' 2
case $1 in
  *[!A-Za-z0-9.:/_\[\]-]*) fail "no address: $1" 2 ;;
  https://localhost* | https://127.* | 'https://[::1]'*) fail "the functions cannot reach $1" 2 ;;
  https://?*) ;;
  *) fail "give an address with https: $1" 2 ;;
esac
if [ -n "$region" ]; then
  export AWS_REGION="$region" AWS_DEFAULT_REGION="$region"
fi

token=$(kubectl create token restitch-runbook --namespace restitch --duration "$token_lifetime")
ca=$(kubectl config view --minify --raw --flatten --output 'jsonpath={.clusters[0].cluster.certificate-authority-data}')
case $token in
  '' | *[!A-Za-z0-9._-]*) fail 'kubectl gave no token' ;;
esac
case $ca in
  '' | *[!A-Za-z0-9+/=]*) fail 'the kubeconfig in use has no certificate authority' ;;
esac

umask 077
file=$(mktemp)
trap 'rm -f "$file"' EXIT
kubeconfig="{\"apiVersion\":\"v1\",\"kind\":\"Config\",\"current-context\":\"restitch\",\
\"clusters\":[{\"name\":\"restitch\",\"cluster\":{\"server\":\"$1\",\"certificate-authority-data\":\"$ca\"}}],\
\"users\":[{\"name\":\"restitch\",\"user\":{\"token\":\"$token\"}}],\
\"contexts\":[{\"name\":\"restitch\",\"context\":{\"cluster\":\"restitch\",\"user\":\"restitch\"}}]}"
# The secret is JSON that holds the kubeconfig as a text. It is not given as an argument, which everybody on the machine can read.
printf '{"kubeconfig":"%s"}' "$(printf '%s' "$kubeconfig" | sed 's/"/\\"/g')" > "$file"
if aws secretsmanager describe-secret --secret-id "$secret" > /dev/null 2>&1; then
  aws secretsmanager put-secret-value --secret-id "$secret" --secret-string "file://$file" > /dev/null
else
  aws secretsmanager create-secret --name "$secret" --secret-string "file://$file" > /dev/null
fi
printf 'stored a kubeconfig for %s in the secret %s\n' "$1" "$secret"
