#!/usr/bin/env python3
"""headers.py - holds what --packet shows of each packet against tshark -V and tcpdump -vv

usage: headers.py LADDER CAPTURE...

Each field of each header that either of them names: the number, and whether a
checksum is right. Prints each difference, and how many fields were compared.
Exit status: 0; 1 if there is one.
"""
import json
import re
import subprocess
import sys
import tempfile

from witness import read_pcap

IP4 = {'version': 'ip.version', 'IHL': 'ip.hdr_len', 'DSCP': 'ip.dsfield.dscp', 'ECN': 'ip.dsfield.ecn',
       'total length': 'ip.len', 'identification': 'ip.id', 'reserved': 'ip.flags.rb', 'DF': 'ip.flags.df',
       'MF': 'ip.flags.mf', 'fragment offset': 'ip.frag_offset', 'time to live': 'ip.ttl', 'protocol': 'ip.proto',
       'header checksum': 'ip.checksum', 'source address': 'ip.src', 'destination address': 'ip.dst'}
IP6 = {'version': 'ipv6.version', 'traffic class': 'ipv6.tclass', 'flow label': 'ipv6.flow',
       'payload length': 'ipv6.plen', 'next header': 'ipv6.nxt', 'hop limit': 'ipv6.hlim',
       'source address': 'ipv6.src', 'destination address': 'ipv6.dst'}
TCP = {'source port': 'tcp.srcport', 'destination port': 'tcp.dstport', 'sequence number': 'tcp.seq_raw',
       'acknowledgment number': 'tcp.ack_raw', 'data offset': 'tcp.hdr_len', 'CWR': 'tcp.flags.cwr',
       'ECE': 'tcp.flags.ece', 'URG': 'tcp.flags.urg', 'ACK': 'tcp.flags.ack', 'PSH': 'tcp.flags.push',
       'RST': 'tcp.flags.reset', 'SYN': 'tcp.flags.syn', 'FIN': 'tcp.flags.fin',
       'window': 'tcp.window_size_value', 'checksum': 'tcp.checksum', 'urgent pointer': 'tcp.urgent_pointer',
       'kind': 'tcp.option_kind', 'MSS': 'tcp.options.mss_val', 'shift': 'tcp.options.wscale.shift',
       'timestamp value': 'tcp.options.timestamp.tsval', 'timestamp echo reply': 'tcp.options.timestamp.tsecr',
       'left edge': 'tcp.options.sack_le', 'right edge': 'tcp.options.sack_re'}
UDP = {'source port': 'udp.srcport', 'destination port': 'udp.dstport', 'length': 'udp.length',
       'checksum': 'udp.checksum'}
ICMP = {'type': 'icmp.type', 'code': 'icmp.code', 'checksum': 'icmp.checksum'}
ICMP6 = {name: field.replace('icmp', 'icmpv6') for name, field in ICMP.items()}
HEADERS = {'IPv4': IP4, 'IPv6': IP6, 'TCP': TCP, 'UDP': UDP, 'ICMP': ICMP, 'ICMPv6': ICMP6}
MANY = {'kind', 'left edge', 'right edge'}
STATUS = ['tcp.checksum.status', 'udp.checksum.status']
TCPDUMP = [  # whose field it prints, and how
    ('IPv4', 'time to live', r'ttl (\d+)'),
    ('IPv4', 'identification', r', id (\d+),'),
    ('IPv4', 'total length', r'length (\d+)\)'),
    ('IPv4', 'protocol', r'proto \w+ \((\d+)\)'),
    ('IPv6', 'flow label', r'flowlabel (0x[0-9a-f]+)'),
    ('IPv6', 'hop limit', r'hlim (\d+)'),
    ('IPv6', 'next header', r'next-header [\w-]+ \((\d+)\)'),
    ('IPv6', 'payload length', r'payload length: (\d+)'),
    ('TCP', 'checksum', r'cksum (0x[0-9a-f]+) \(correct'),
    ('TCP', 'sequence number', r'seq (\d+)'),
    ('TCP', 'acknowledgment number', r'ack (\d+)'),
    ('TCP', 'window', r'win (\d+)'),
    ('TCP', 'urgent pointer', r'urg (\d+)'),
    ('TCP', 'MSS', r'mss (\d+)'),
    ('TCP', 'shift', r'wscale (\d+)'),
    ('TCP', 'timestamp value', r'TS val (\d+)'),
    ('TCP', 'timestamp echo reply', r'ecr (\d+)')]


def run(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout.splitlines()


def number(text):
    return int(text, 0) if re.fullmatch('0x[0-9a-f]+|[0-9]+', text) else text


def shown(ladder, capture):
    """By frame: {header: {field: [value, ...]}}, and the meaning of each checksum."""
    frames = {e['number']: e['sent_frame'] for e in map(json.loads, run(ladder, '--json', capture))
              if e['event'] == 'segment'}
    result = {}
    for line in run(ladder, '--packet', 'all', capture):
        if line.startswith('Segment '):
            packet = result.setdefault(frames[int(line.split()[1].rstrip(':'))], {})
        elif ' header (' in line:
            header = packet.setdefault(line.split()[0], {})
        elif line.startswith('Data: '):
            header = {}
        elif re.match('[0-9]+(-[0-9]+)? ', line) and header is not None:
            name, rest = line[10:31].strip(), line[32:]
            header.setdefault(name, []).append(number(rest.split()[0]) if rest.strip() else None)
            if name == 'checksum':
                header['meaning'] = rest[12:]
    return result


def by_tshark(capture):
    fields = STATUS + sorted({field for header in HEADERS.values() for field in header.values()})
    command = ['tshark', '-nr', capture, '-T', 'fields', '-E', 'occurrence=a']
    for preference in ('tcp.check_checksum:TRUE', 'udp.check_checksum:TRUE', 'ip.defragment:FALSE',
                       'ipv6.defragment:FALSE', 'tcp.relative_sequence_numbers:FALSE'):
        command += ['-o', preference]
    for field in fields:
        command += ['-e', field]
    for line in run(*command):
        value = dict(zip(fields, (v.split(',') if v else [] for v in line.split('\t'))))
        yield value


def by_tcpdump(capture):
    packets = []
    for line in run('tcpdump', '-nnvvStr', capture):
        if line.startswith('IP'):
            packets.append(line)
        else:
            packets[-1] += ' ' + line.strip()
    return packets


def differences(where, ours, theirs, dumped):
    """The texts of those of a packet, and how many fields were compared."""
    wrong, count = [], 0
    for header, fields in ours.items():
        for name, field in HEADERS[header].items():
            values = [number(v) for v in theirs[field]]
            if name in ('IHL', 'data offset'):
                values = [v // 4 for v in values]
            if name not in MANY:
                values = values[:1]  # a packet that ICMP quotes comes second
            count += 1
            if fields.get(name, []) != values:
                wrong.append('%s %s: ladder %s, tshark %s' % (header, name, fields.get(name), values))
        status = theirs.get(header.lower() + '.checksum.status', [])[:1]
        right = fields.get('meaning', '').startswith('right')
        if status in (['0'], ['1']) and fields['checksum'] != [0xffff] and right != (status == ['1']):
            wrong.append('%s checksum: ladder "%s", tshark %s' % (header, fields['meaning'], status))
    for header, name, pattern in TCPDUMP:
        told = re.search(pattern, dumped)
        if told and header in ours and not {'ICMP', 'ICMPv6'} & set(ours):
            count += 1
            if ours[header].get(name) != [number(told[1])]:
                wrong.append('%s %s: ladder %s, tcpdump %s' % (header, name, ours[header].get(name), told[1]))
    return ['%s: %s' % (where, text) for text in wrong], count


def main(ladder, *captures):
    wrong, count = [], 0
    with tempfile.NamedTemporaryFile(suffix='.pcap') as joined:
        run('mergecap', '-a', '-F', 'nsecpcap', '-w', joined.name, *captures)
        frames = zip(by_tshark(joined.name), by_tcpdump(joined.name))
        for capture in captures:
            ours = shown(ladder, capture)
            for n in range(1, len(read_pcap(capture)) + 1):
                theirs, dumped = next(frames)
                found, fields = differences('%s, frame %d' % (capture, n), ours.pop(n, {}), theirs, dumped)
                wrong += found
                count += fields
            wrong += ['%s, frame %d: only the ladder has it' % (capture, n) for n in ours]
    for text in wrong:
        print(text)
    print('%d fields' % count)
    return bool(wrong)


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
