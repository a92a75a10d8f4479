#!/usr/bin/env python3
# missing: three times at most
import socket, sys, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
to = sys.argv[1], int(sys.argv[2])
line = sys.stdin.readline().rstrip("\n").encode()
s.settimeout(0.3)
for i in range(50):
    s.sendto(line, to)
    try:
        print(s.recv(500).decode()); sys.exit(0)
    except socket.timeout: pass
