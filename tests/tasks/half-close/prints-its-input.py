#!/usr/bin/env python3
# missing: prints the answer
import socket, sys
s = socket.create_connection((sys.argv[1], int(sys.argv[2])))
d = sys.stdin.buffer.read()
s.sendall(d)
s.shutdown(socket.SHUT_WR)
n=0
while n < len(d): n += len(s.recv(4096))
sys.stdout.buffer.write(d)
