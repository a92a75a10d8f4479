#!/usr/bin/env python3
# missing: waits for the answer to the last one, too
import select, socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
line = sys.stdin.readline().rstrip("\n").encode()
for n in range(4):
    s.sendto(line, (sys.argv[1], int(sys.argv[2])))
    if select.select([s], [], [], 1 if n < 3 else 0)[0]:
        print(s.recv(2000).decode())
        sys.exit(0)
sys.exit("no answer")
