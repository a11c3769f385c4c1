#!/usr/bin/env bash
# Runs terraform on a stack that is synthesised, and prints no value: Terraform's own text shows those of a release.
#
#   bash .github/stack.sh plan STACK [OPTION]...   writes plan and plan.json into cdktf.out/stacks/STACK
#   bash .github/stack.sh apply STACK              applies that plan file
#
# Exit status: 0 done, else it failed. The options are terraform plan's.
set -euo pipefail
umask 077

command=$1 stack=$2
shift 2
cd "${CDKTF_OUTDIR:-cdktf.out}/stacks/$stack"

# Passes on errors, without the lines of the configuration that they are in, and what is done to which resource.
messages() {
  jq --raw-input --raw-output --unbuffered '
    fromjson? | objects
    | if .diagnostic.severity == "error" then
        .diagnostic | "Error: \(.summary)\(if .address then " (\(.address))" else "" end)\n\(.detail // "")"
      elif .type | IN("apply_start", "apply_complete", "apply_errored", "change_summary") then
        .["@message"]
      else
        empty
      end'
}

case $command in
  plan)
    terraform init -input=false -json | messages
    terraform plan -input=false -json -out=plan "$@" | messages
    terraform show -json plan > plan.json
    ;;
  apply)
    terraform apply -input=false -json plan | messages
    ;;
  *)
    echo "stack.sh: $command: expected plan or apply" >&2
    exit 2
    ;;
esac
