#!/bin/sh
# good
exec nc -v -N "$1" "$2" < /dev/null
