#!/usr/bin/env python3
# good
import socket, sys
s = socket.create_connection((sys.argv[1], int(sys.argv[2])))
s.sendall(sys.stdin.buffer.read())
s.shutdown(socket.SHUT_WR)
while data := s.recv(4096):
    sys.stdout.buffer.write(data)
s.close()
