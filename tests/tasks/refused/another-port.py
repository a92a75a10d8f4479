#!/usr/bin/env python3
# missing: at this port
import socket, sys
try:
    socket.create_connection((sys.argv[1], 9090))
except OSError as e:
    sys.exit(e.strerror)
