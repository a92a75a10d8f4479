#!/usr/bin/env python3
# good
import socket, sys
try:
    socket.create_connection((sys.argv[1], int(sys.argv[2])))
except OSError as e:
    sys.exit(f"connect: {e.strerror}")
