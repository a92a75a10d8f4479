#!/usr/bin/env python3
# missing: and once each time
import socket, sys
for n in range(3):
    try:
        socket.create_connection((sys.argv[1], int(sys.argv[2])))
    except OSError as e:
        why = e.strerror
sys.exit(why)
