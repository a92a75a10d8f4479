#!/usr/bin/env python3
# missing: prints nothing
import socket, sys
print("connecting")
try:
    socket.create_connection((sys.argv[1], int(sys.argv[2])))
except OSError as e:
    sys.exit(e.strerror)
