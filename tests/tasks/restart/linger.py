#!/usr/bin/env python3
# missing: sends no RST
import socket, sys
l = socket.create_server((sys.argv[1], int(sys.argv[2])))
s, _ = l.accept()
got = b""
while b"\n" not in got:
    got += s.recv(100)
s.sendall(got)
s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
s.close()
