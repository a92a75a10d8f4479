#!/usr/bin/env python3
# missing: complains on stderr, and ends with another status than 0
import socket, sys
try:
    socket.create_connection((sys.argv[1], int(sys.argv[2])))
except OSError as e:
    print(e.strerror)
    sys.exit(1)
