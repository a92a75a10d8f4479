#!/usr/bin/env python3
"""witness.py - holds what the ladder says of each TCP segment against tshark

usage: witness.py LADDER CAPTURE|FOLDER...

Of each pcap file, and of each folder's client.pcap and server.pcap, one by one
and together: flags, relative numbers, length, window and notes of each segment,
and how many segments and bytes each connection has. Of both captures together
a segment's sender's is the one that counts.

Prints each difference with the class to which it belongs, or with ?, and then
the classes: how many of each. The classes are those of lab/README.md; each has
evidence here, which is taken from tshark's numbers, and not from the ladder's.
Exit status: 0; 1 if a difference belongs to no class.
"""
import collections
import json
import os
import re
import struct
import subprocess
import sys
import tempfile

NOTES = {  # Wireshark's names for them, and the ladder's
    'retransmission': 'retransmission',
    'fast_retransmission': 'fast retransmission',
    'spurious_retransmission': 'spurious retransmission',
    'out_of_order': 'out of order',
    'duplicate_ack': 'duplicate ACK',
    'zero_window': 'zero window',
    'window_full': 'window full',
    'window_update': 'window update',
    'keep_alive': 'keep-alive',
    'keep_alive_ack': 'keep-alive ACK',
    'zero_window_probe': 'window probe',
    'zero_window_probe_ack': 'window probe ACK',
    'lost_segment': 'previous segment not captured',
    'ack_lost_segment': 'ACK of a segment not captured',
    'reused_ports': 'ports used again',
}
AGAIN = {'ACK again: these bytes had arrived', 'ACK again, nothing outstanding'}
PAWS = 'its timestamp is too old (PAWS): ignored'
OWN = AGAIN | {  # what only the ladder notes
    'challenge ACK', 'outside the window: ignored', 'not the next number: ignored',
    'acknowledges what was never sent: ignored', 'acknowledges no SYN: ignored', PAWS}
HOSTS = ('client', 'server')
FLAGS = {'CWR': 128, 'ECE': 64, 'URG': 32, 'ACK': 16, 'PSH': 8, 'RST': 4, 'SYN': 2, 'FIN': 1}
FIELDS = ['frame.number', 'frame.time_epoch', 'tcp.stream', 'tcp.srcport', 'tcp.dstport', 'tcp.flags', 'tcp.seq',
          'tcp.ack', 'tcp.len', 'tcp.window_size', 'tcp.analysis.duplicate_ack_num',
          'tcp.options.sack_le', 'tcp.options.sack_re', 'ip.id', 'tcp.options.timestamp.tsval',
          'ip.reassembled_in', 'ipv6.reassembled.in', 'icmp.type', 'icmpv6.type']
FIELDS += ['tcp.analysis.' + name for name in NOTES]


class Frame:
    """A frame, as tshark has it, and what those before it of its conversation say."""

    def __init__(self, text):
        value = dict(zip(FIELDS, text.rstrip('\n').split('\t')))
        self.number = int(value['frame.number'])
        self.time = float(value['frame.time_epoch'])
        self.whole_in = int(value['ip.reassembled_in'] or value['ipv6.reassembled.in'] or 0)
        self.tcp = bool(value['tcp.len']) and not value['icmp.type'] and not value['icmpv6.type']
        self.copy = False
        if not self.tcp:
            return
        self.stream, self.port = value['tcp.stream'], value['tcp.srcport']
        self.ports = frozenset((self.port, value['tcp.dstport']))
        self.flags = int(value['tcp.flags'], 16) & 255
        self.seq, self.ack, self.len, self.win = (
            int(value['tcp.' + name]) for name in ('seq', 'ack', 'len', 'window_size'))
        self.end = self.seq + self.len + bool(self.flags & 2) + bool(self.flags & 1)
        self.count = int(value['tcp.analysis.duplicate_ack_num'] or 0)
        edges = (value['tcp.options.sack_' + name].split(',') for name in ('le', 're'))
        self.sack = [(int(a), int(b)) for a, b in zip(*edges) if a]
        self.dsack = bool(self.sack) and (self.sack[0][1] <= self.ack or any(  # RFC 2883
            low <= self.sack[0][0] and self.sack[0][1] <= high for low, high in self.sack[1:]))
        self.likeness = (self.port, *(value[name] for name in FIELDS[5:10] + ['ip.id', 'tcp.options.timestamp.tsval']))
        self.stamp = int(value['tcp.options.timestamp.tsval'] or 0)
        self.notes = {NOTES[name] for name in NOTES if value['tcp.analysis.' + name]}
        if self.notes & {'fast retransmission', 'spurious retransmission'}:
            self.notes.discard('retransmission')

    def look_back(self, own, other):
        """own, other: the earlier frames of its direction, and of the other."""
        self.copy = any(f.likeness == self.likeness and self.time - f.time < 0.002 for f in own)
        before = [f for f in own if f.end > f.seq]
        self.sent_before = bool(self.end > self.seq) and covered(self.seq, self.end, before)
        self.begun_before = any(f.seq < self.end and f.end > self.seq for f in before)
        self.outstanding = not self.dsack and (not other or max(f.end for f in other) > self.ack)
        self.unseen = other and max(f.end for f in other) < self.ack
        self.had_come = any(f.end <= self.ack and f.sent_before for f in other[-1:] if f.len)
        known = {edges for f in own for edges in f.sack}
        self.news = bool({edges for edges in self.sack if edges[0] > self.ack} - known)
        run = []  # those with the same ACK just before
        for f in reversed(own):
            if f.ack != self.ack:
                break
            run.append(f)
        self.news_before = self.news or any(f.news for f in run)
        self.copy_before = self.copy or any(f.copy for f in run)
        self.acknowledged = max((f.ack for f in other), default=0) >= self.end
        self.again_before = any(not f.outstanding or f.had_come for f in run)
        self.stamped_before = any(f.stamp > self.stamp for f in own)
        self.waits = bool(own) and max(f.end for f in own) > max((f.ack for f in other), default=0)
        self.peer_closed = bool(other) and other[-1].win == 0
        self.duplicates = 0  # of the ACK before it (RFC 5681, 6675)
        for older, f in zip(reversed(other[:-1]), reversed(other)):
            if f.ack != self.seq or older.ack != f.ack or f.len:
                break
            self.duplicates += f.outstanding and not f.had_come and (f.win == older.win or f.news)


def covered(low, high, frames):
    for f in sorted(frames, key=lambda f: f.seq):
        if f.seq <= low < f.end:
            low = f.end
    return low >= high


def read_pcap(name):
    with open(name, 'rb') as file:
        data = file.read()
    order = '<' if data[:1] in b'\x4d\xd4' else '>'
    assert struct.unpack(order + 'I', data[20:24])[0] == 1, name + ': not Ethernet'
    scale = 1 if data[:4] in (b'\x4d\x3c\xb2\xa1', b'\xa1\xb2\x3c\x4d') else 1000
    at, packets = 24, []
    while at < len(data):
        seconds, fraction, size, length = struct.unpack(order + 'IIII', data[at:at + 16])
        packets.append((seconds, fraction * scale, length, bytearray(data[at + 16:at + 16 + size])))
        at += 16 + size
    return packets


def rehost(packet, n):
    """Hosts of its own for each capture, as all are read at once."""
    if packet[12:14] == b'\x08\0':
        packet[26:29] = packet[30:33] = bytes([10, n >> 8, n & 255])
    elif packet[12:14] == b'\x86\xdd':
        packet[26:28] = packet[42:44] = struct.pack('>H', n)


def read_by_tshark(names):
    """The frames of each capture, by number; by one tshark, which takes long to start."""
    sizes = []
    with tempfile.NamedTemporaryFile(suffix='.pcap') as joined:
        joined.write(struct.pack('<IHHIIII', 0xa1b23c4d, 2, 4, 0, 0, 262144, 1))
        for n, name in enumerate(names):
            packets = read_pcap(name)
            for seconds, fraction, length, packet in packets:
                rehost(packet, n)
                joined.write(struct.pack('<IIII', seconds, fraction, len(packet), length) + packet)
            sizes.append(len(packets))
        joined.flush()
        command = ['tshark', '-2nr', joined.name, '-T', 'fields', '-E', 'occurrence=a']
        for field in FIELDS:
            command += ['-e', field]
        told = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout
    lines = iter(told.splitlines())
    all_frames, base = [], 0
    for size in sizes:
        frames, streams = {}, collections.defaultdict(list)
        for _ in range(size):
            f = Frame(next(lines))
            f.number -= base
            f.whole_in -= base if f.whole_in else 0
            frames[f.number] = f
            if f.tcp:
                streams[f.stream].append(f)
        for stream in streams.values():
            for i, f in enumerate(stream):
                f.look_back([g for g in stream[:i] if g.port == f.port],
                            [g for g in stream[:i] if g.port != f.port])
        all_frames.append(frames)
        base += size
    return all_frames


def read_by_ladder(ladder, *names):
    told = subprocess.run([ladder, '--json', *names], stdout=subprocess.PIPE, check=True, text=True).stdout
    events = (json.loads(line) for line in told.splitlines())
    return [e for e in events if e['event'] == 'segment' and 'seq' in e]


def notes_of(event):
    """Those that both know, and how often an ACK is a duplicate."""
    notes, count = set(), 0
    for note in event.get('note', '').split('; '):
        duplicate = re.match('duplicate ACK ([0-9]+)', note)
        if duplicate:
            notes.add('duplicate ACK')
            count = int(duplicate[1])
        notes.update(name for name in (*OWN, *NOTES.values()) if (note + ',').startswith(name + ','))
    return notes, count


def class_of(told, seen, f, proof, both):
    """Why the ladder's notes, told, may be others than tshark's, seen, in what they do not share."""
    enough = 3 if both else 2  # duplicate ACKs
    pairs = {
        'ports used again': not told and seen == {'ports used again'} and f.flags & 18 == 2,
        'ACK again': told <= AGAIN and seen == {'duplicate ACK'} and (not f.outstanding or f.had_come),
        'duplicate by SACK': told == {'duplicate ACK'} and seen <= {'window update'} and f.news,
        'seen before': told == {'retransmission'} and seen == {'out of order'} and f.begun_before,
        'the other capture': told == {'spurious retransmission'} and proof and seen and
                             seen <= {'retransmission', 'fast retransmission', 'out of order'},
        'three duplicates': told == {'fast retransmission'} and seen <= {'retransmission', 'out of order'}
                            and seen and f.duplicates >= enough,
        'not three duplicates': seen == {'fast retransmission'} and f.duplicates < enough
                                and told <= {'retransmission', 'out of order'},
        'forgotten by RST': told == {'spurious retransmission'} and seen == {'retransmission'} and f.acknowledged,
        'window probe': (told, seen) == ({'window probe'}, {'keep-alive'}) and f.peer_closed
                        or (told, seen) == ({'window probe ACK'}, {'zero window'}) and f.win == 0,
        'new FIN': told == {'retransmission'} and seen == {'spurious retransmission'} and f.flags & 1
                   and not f.acknowledged,
        'seen after all': not told and seen == {'ACK of a segment not captured'} and not f.unseen,
        'ignored': told == {'acknowledges what was never sent: ignored'}
                   and seen == {'ACK of a segment not captured'},
        'keep-alive': not told and seen == {'keep-alive'} and f.waits,
    }
    return next((name for name, holds in pairs.items() if holds), '?')


def differences(place, event, f, old, proof, both, strayed):
    """(class, text) of each; old, proof: a later timestamp had come, all its bytes had; strayed: by ports, conversations in which tshark counts what no end did."""
    told, count = notes_of(event)
    result = []

    def differ(kind, what, ours, theirs):
        if f.ports in strayed:
            kind = strayed[f.ports]
        result.append((kind, '%s: %s: ladder %s, tshark %s' % (place, what, ours, theirs)))

    if 'challenge ACK' in told:
        strayed[f.ports] = 'challenge ACK'
    elif any('ignored' in note for note in told - {'acknowledges what was never sent: ignored', PAWS}):
        strayed[f.ports] = 'ignored'
    flags = sum(FLAGS[word] for word in event['what'].split())
    if flags != f.flags:
        differ('?', 'flags', flags, f.flags)
    for name, theirs in (('seq', f.seq), ('ack', f.ack), ('len', f.len), ('win', f.win)):
        if event.get(name, theirs) != theirs:
            kind = 'RST of a closed port' if (name, f.flags & 4, event[name], theirs) == ('seq', 4, 0, 1) else '?'
            differ(kind, name, event[name], theirs)
    if PAWS in told:
        told.discard(PAWS)
        differ('too old' if old else '?', 'notes', PAWS, 'none')
    if told != f.notes:
        differ(class_of(told - f.notes, f.notes - told, f, proof, both), 'notes',
               ', '.join(sorted(told)) or 'none', ', '.join(sorted(f.notes)) or 'none')
    elif count != f.count:
        differ('duplicate by SACK' if count > f.count and f.news_before else
               'ACK again' if count < f.count and f.again_before else
               'recorded twice' if count < f.count and f.copy_before else '?', 'duplicate ACK', count, f.count)
    return result


def of_capture(ladder, name, frames):
    events = read_by_ladder(ladder, name)
    strayed, result, met = {}, [], 0
    for event in events:
        f = frames[event['sent_frame']]
        f = frames[f.whole_in or f.number]
        if f.tcp:
            met += 1
            result += differences('%s, frame %d' % (name, f.number), event, f, f.stamped_before, False, False, strayed)
        else:
            result.append(('?', '%s, frame %d: tshark has no segment there' % (name, f.number)))
    count = sum(f.tcp for f in frames.values())
    if met != count:
        copies = sum(f.copy for f in frames.values())
        kind = 'recorded twice' if met < count <= met + copies else '?'
        result.append((kind, '%s: ladder has %d segments, tshark %d' % (name, met, count)))
    else:
        result += of_list(ladder, name, frames, *strayed.values())
    return result, met


def of_list(ladder, name, frames, kind='?', *_):
    """Segments and bytes of each connection, as --list counts them."""
    told = subprocess.run([ladder, '--list', name], stdout=subprocess.PIPE, check=True, text=True).stdout
    ours = sorted(tuple(map(int, line.split()[5:8])) for line in told.splitlines()[1:]
                  if line.split()[8] not in ('UDP', 'ICMP'))
    streams = collections.defaultdict(list)
    for f in frames.values():
        if f.tcp:
            streams[f.stream].append(f)
    theirs = []
    for stream in streams.values():
        client = stream[0].port if stream[0].flags & 18 != 18 else None
        sizes = [sum(f.len for f in stream if (f.port == client) == own) for own in (True, False)]
        theirs.append((len(stream), *sizes))
    if [(n, *sorted(b)) for n, *b in ours] == sorted((n, *sorted(b)) for n, *b in theirs):
        return []
    return [(kind, '%s: --list has %s, tshark %s' % (name, ours, sorted(theirs)))]


def of_both(ladder, folder, frames):
    events = read_by_ladder(ladder, folder)
    strayed, result, met = {}, [], 0
    for event in events:
        host = event['host']
        if 'sent_frame' not in event:
            continue  # delivered again
        f = frames[host][event['sent_frame']]
        f = frames[host][f.whole_in or f.number]
        came = [g for g in frames[HOSTS[host == HOSTS[0]]].values()
                if g.tcp and g.port == f.port and g.time < event.get('received', 0) - 1e-6]
        met += 1
        result += differences('%s, %s\'s frame %d' % (folder, host, f.number), event, f,
                              any(g.stamp > f.stamp for g in came),
                              covered(f.seq, f.end, came), True, strayed)
    return result, met


def captures_of(name):
    return [os.path.join(name, host + '.pcap') for host in HOSTS] if os.path.isdir(name) else [name]


def has_tcp(frames):
    return any(f.tcp for f in frames.values())


def main(ladder, *names):
    captures = [part for name in names for part in captures_of(name)]
    read = dict(zip(captures, read_by_tshark(captures)))
    result = []
    for name in names:
        parts = captures_of(name)
        result += [of_capture(ladder, part, read[part]) for part in parts if has_tcp(read[part])]
        if len(parts) > 1 and any(has_tcp(read[part]) for part in parts):
            result.append(of_both(ladder, name, dict(zip(HOSTS, (read[part] for part in parts)))))
    found = [d for differences_, _ in result for d in differences_]
    for kind, text in found:
        print('%s: %s' % (kind, text))
    for kind, count in sorted(collections.Counter(kind for kind, _ in found).items()):
        print('%6d  %s' % (count, kind))
    print('%6d  of %d segments are alike' % (sum(n for _, n in result) - len(found), sum(n for _, n in result)))
    return any(kind == '?' for kind, _ in found)


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
