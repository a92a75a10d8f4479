#!/usr/bin/env python3
# missing: sends the line, and its newline, once
import socket, sys
s = socket.create_connection((sys.argv[1], int(sys.argv[2])))
s.sendall(sys.stdin.readline().rstrip().encode())
print(s.recv(600).decode())
s.close()
