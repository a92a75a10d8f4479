#!/usr/bin/env python3
# missing: answers a third client, too
import socket, sys, threading
l = socket.create_server((sys.argv[1], int(sys.argv[2])))
a,_ = l.accept(); b,_ = l.accept()
while d := b.recv(1000): b.sendall(d)
b.close()
while d := a.recv(1000): a.sendall(d)
a.close()
