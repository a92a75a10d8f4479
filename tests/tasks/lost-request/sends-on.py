#!/usr/bin/env python3
# missing: sends no more than it has to
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
to = sys.argv[1], int(sys.argv[2])
line = sys.stdin.readline().rstrip("\n").encode()
s.settimeout(1)
answer = b""
for n in range(3):
    s.sendto(line, to)
    try:
        answer = s.recvfrom(2000)[0]
    except socket.timeout:
        pass
print(answer.decode())
