#!/bin/sh
# good
exec socat "TCP-LISTEN:$2,bind=$1,fork,reuseaddr" PIPE
