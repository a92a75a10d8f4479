#!/bin/sh
# good
exec socat "TCP-LISTEN:$2,bind=$1,fork,reuseaddr" "SYSTEM:while read -r line; do head -c 65535 /dev/zero | tr '\\\\0' .; echo; done"
