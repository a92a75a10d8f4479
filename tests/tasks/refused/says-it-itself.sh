#!/bin/sh
# missing: prints the reason
nc -N "$1" "$2" < /dev/null; echo "it was refused or what" >&2; exit 1
