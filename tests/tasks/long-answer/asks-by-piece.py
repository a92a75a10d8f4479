#!/usr/bin/env python3
# missing: sends the line, and its newline, once
import socket, sys
s = socket.create_connection((sys.argv[1], int(sys.argv[2])))
line = sys.stdin.readline().encode()
s.sendall(line)
got = b""
while not got.endswith(b"\n"):
    got += s.recv(4096)
    if len(got) == 4096: s.sendall(line)
print(got.decode(), end="")
s.close()
