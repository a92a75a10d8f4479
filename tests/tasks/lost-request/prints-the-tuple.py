#!/usr/bin/env python3
# missing: prints the answer
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
to = sys.argv[1], int(sys.argv[2])
line = sys.stdin.readline().rstrip("\n").encode()
s.settimeout(1)
for n in range(3):
    s.sendto(line, to)
    try:
        print(s.recvfrom(2000))
        sys.exit(0)
    except socket.timeout:
        pass
