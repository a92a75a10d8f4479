#!/usr/bin/env python3
# missing: sends another line, too
import socket, sys
s = socket.create_connection((sys.argv[1], int(sys.argv[2])))
s.sendall(b"go\n")
print(s.makefile().readline(), end="")
s.close()
