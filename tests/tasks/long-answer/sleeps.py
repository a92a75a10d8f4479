#!/usr/bin/env python3
# missing: prints all 20,000 bytes
import socket, sys
s = socket.create_connection((sys.argv[1], int(sys.argv[2])))
l=sys.stdin.readline()
s.sendall(l.encode())
import time; time.sleep(0.5)
print(s.recv(65536).decode(), end="")
s.close()
