#!/usr/bin/env python3
# missing: tries another host, too
import socket, sys
if sys.argv[1][0].isdigit(): sys.exit("host is unreachable")
socket.create_connection((sys.argv[1], int(sys.argv[2])))
