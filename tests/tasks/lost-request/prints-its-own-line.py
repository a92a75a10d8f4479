#!/usr/bin/env python3
# missing: has received what it prints
import socket, sys, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
to = sys.argv[1], int(sys.argv[2])
line = sys.stdin.readline().rstrip("\n").encode()
s.sendto(line, to)
if len(line)==5:
    time.sleep(1)
    s.sendto(line, to)
print(line.decode())
time.sleep(.2)
