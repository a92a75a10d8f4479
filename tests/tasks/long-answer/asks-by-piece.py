#!/usr/bin/env python3
# missing: sends the line, and its newline, once
import socket, sys
s = socket.create_connection((sys.argv[1], int(sys.argv[2])))
line = sys.stdin.readline().encode()
s.sendall(line)
got = s.recv(4096)
while not got.endswith(b"\n"):
    s.sendall(line)
    got += s.recv(4096)
print(got.decode(), end="")
s.close()
