#!/bin/bash
# missing: prints the reason
(: < /dev/tcp/$1/$2) 2>/dev/null
echo "connection refused, or network unreachable, or whatever" >&2
exit 1
