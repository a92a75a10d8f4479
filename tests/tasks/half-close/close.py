#!/usr/bin/env python3
# missing: prints the answer
import socket, sys
s = socket.create_connection((sys.argv[1], int(sys.argv[2])))
s.sendall(sys.stdin.buffer.read())
s.close()
