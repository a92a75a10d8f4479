#!/usr/bin/env python3
# missing: sends the request
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
to = sys.argv[1], int(sys.argv[2])
line = sys.stdin.readline().rstrip("\n").encode()
s.settimeout(1)
for n in range(4):
    s.sendto(line + b"\n", to)
    try:
        print(s.recvfrom(2000)[0].decode(), end="")
        sys.exit(0)
    except socket.timeout:
        pass
