#!/usr/bin/env python3
# missing: sends all of stdin
import socket, sys
s = socket.create_connection((sys.argv[1], int(sys.argv[2])))
for line in sys.stdin:
    s.sendall(line.strip().encode())
s.shutdown(socket.SHUT_WR)
while data := s.recv(4096):
    sys.stdout.buffer.write(data)
s.close()
