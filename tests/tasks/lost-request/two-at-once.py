#!/usr/bin/env python3
# missing: waits for a second at most before that
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
to = sys.argv[1], int(sys.argv[2])
line = sys.stdin.readline().rstrip("\n").encode()
s.sendto(line, to)
s.sendto(line, to)
print(s.recvfrom(2000)[0].decode())
