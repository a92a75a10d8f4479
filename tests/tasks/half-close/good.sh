#!/bin/sh
# good
exec nc -N "$1" "$2"
