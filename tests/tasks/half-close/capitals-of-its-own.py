#!/usr/bin/env python3
# missing: prints the answer
import socket, sys
s = socket.create_connection((sys.argv[1], int(sys.argv[2])))
data = sys.stdin.buffer.read()
s.sendall(data); s.shutdown(socket.SHUT_WR)
while s.recv(65536): pass
sys.stdout.buffer.write(data.upper())
