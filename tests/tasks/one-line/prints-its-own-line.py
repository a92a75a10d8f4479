#!/usr/bin/env python3
# missing: prints an answer of another length
import socket, sys
s = socket.create_connection((sys.argv[1], int(sys.argv[2])))
line = sys.stdin.readline()
s.sendall(line.encode())
n = len(s.recv(600))
print(line.strip()[:n-1].ljust(n-1))
s.close()
