#!/usr/bin/env python3
# missing: prints the reason
import socket, sys
try:
    socket.create_connection((sys.argv[1], int(sys.argv[2])))
except OSError:
    sys.exit("could not connect")
