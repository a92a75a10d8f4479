"""Compares the keys of a quiz's worksheets with what others say of the same runs.

usage: python3 tests/quiz_witness.py RUNS WORKSHEETS

RUNS has a folder for each demo, WORKSHEETS files named DEMO.SEED. tshark decodes
the captures: flags, numbers, who sends, the order. The kernel's states, and the
calls, are those of socktrace's logs. Each difference is a line; the last line
counts the answers that were compared, by kind.
"""
import collections
import datetime
import glob
import itertools
import os
import re
import subprocess
import sys
import tempfile

Frame = collections.namedtuple("Frame", "time host flags seq ack len ends raw")
HOSTS = {"192.0.2.1": "client", "2001:db8::1": "client", "192.0.2.2": "server", "2001:db8::2": "server"}
FIELDS = ("frame.interface_id frame.time_epoch ip.src ip.dst ipv6.src ipv6.dst tcp.srcport tcp.dstport tcp.flags"
          " tcp.seq_raw tcp.ack_raw tcp.len udp.length ip.id tcp.options.timestamp.tsval").split()
BITS = ((2, "SYN"), (1, "FIN"), (4, "RST"), (8, "PSH"), (32, "URG"), (16, "ACK"), (64, "ECE"), (128, "CWR"))
EDGES = """CLOSED>SYN_SENT CLOSED>LISTEN LISTEN>SYN_RCVD SYN_SENT>SYN_RCVD SYN_SENT>ESTABLISHED SYN_RCVD>ESTABLISHED
 SYN_RCVD>FIN_WAIT1 ESTABLISHED>FIN_WAIT1 ESTABLISHED>CLOSE_WAIT FIN_WAIT1>FIN_WAIT2 FIN_WAIT1>CLOSING
 FIN_WAIT1>TIME_WAIT FIN_WAIT2>TIME_WAIT CLOSING>TIME_WAIT CLOSE_WAIT>LAST_ACK LAST_ACK>END TIME_WAIT>END
 SYN_SENT>END SYN_RCVD>END ESTABLISHED>END FIN_WAIT1>END FIN_WAIT2>END CLOSE_WAIT>END CLOSING>END""".split()
STATES = sorted({s for e in EDGES for s in e.split(">")} - {"END", "LISTEN"})
SETTLED = 0.0005  # s that the kernel needs for a segment
SENDERS = ("connect", "send", "sendto", "sendmsg", "write", "writev", "shutdown", "close")


def reaches(a, b):
    """Whether RFC 9293's diagram leads from one state to the other; END: CLOSED once more."""
    found = {a}
    for _ in EDGES:
        found |= {e.split(">")[1] for e in EDGES if e.split(">")[0] in found}
    return b in found


def frames_of(runs, demos):
    """demo -> of each host's capture: what it sent, and what it received. tshark starts once."""
    frames = {demo: {"client": [], "server": []} for demo in demos}
    inputs = [(demo, host) for demo in demos for host in ("client", "server")]
    with tempfile.TemporaryDirectory() as folder:
        merged = f"{folder}/all.pcapng"
        subprocess.run(["mergecap", "-I", "none", "-w", merged] + [f"{runs}/{demo}/{host}.pcap" for demo, host in inputs], check=True)
        out = subprocess.run(["tshark", "-r", merged, "-Y", "(tcp or udp or icmp or icmpv6) and not udp.port==9", "-T", "fields", "-E", "occurrence=f"]
                             + [a for f in FIELDS for a in ("-e", f)], capture_output=True, text=True, check=True).stdout
    for line in out.splitlines():
        source, time, s4, d4, s6, d6, sport, dport, bits, seq, ack, size, datagram, ident, stamp = line.split("\t")
        demo, host = inputs[int(source)]
        flags = " ".join(name for bit, name in BITS if bits and int(bits, 0) & bit)
        frames[demo][host].append(Frame(float(time), HOSTS.get(s4 or s6, host), flags or "UDP", int(seq or 0), int(ack or 0),
                                        int(size or int(datagram or 8) - 8), (s4 or s6, sport, d4 or d6, dport), (ident, seq, ack, bits, size, datagram, stamp)))
    return frames


def relative(frames):
    """The frames as they were sent, with numbers that count from 0 at the SYN before."""
    sent = sorted(f for host in frames for f in frames[host] if f.host == host)
    isn = collections.defaultdict(list)
    made = []
    for f in sent:
        back = f.ends[2:] + f.ends[:2]
        if "SYN" in f.flags:
            isn[f.ends].append(f.seq)
        if f.flags == "RST ACK" and not f.seq:  # it refuses: it has no number of its own
            isn[f.ends].append(0)
        near = lambda n, of: min(((n - i) % 2**32 for i in isn[of]), default=n) if isn[of] else n - 1
        if f.flags == "UDP":
            made.append(f._replace(ack=None))
            continue
        made.append(f._replace(seq=near(f.seq, f.ends), ack=near(f.ack, back) if "ACK" in f.flags else None))
    return made


def logs_of(folder):
    """host -> (time, name of the call, whether it enters, failed, state, the addresses)."""
    calls = collections.defaultdict(list)
    for path in glob.glob(f"{folder}/*.log"):
        host = os.path.basename(path).split(".")[0]
        for line in open(path):
            day = re.match(r"(\d+-\d+-\d+) .*? ([+-]\d{4}) \$", line)
            if day:
                date = day.group(1) + " " + day.group(2)
                continue
            m = re.match(r"(\S+) \S+ (\w+)\(([^)]*)\) (\.\.\.|= \S+)[^\[]*(?:\[(.*)\])?$", line)
            if not m or host == "wire":
                continue
            time = datetime.datetime.strptime(f"{date} {m[1]}", "%Y-%m-%d %z %H:%M:%S.%f").timestamp()
            words = (m[5] or "").split()
            state = words[0] if words and ":" not in words[0] else None
            ends = tuple(w.replace("[", "").replace("]", "") for w in words if ":" in w)
            calls[host].append((time, m[2], m[3], m[4], state, ends))
    for host in calls:
        calls[host].sort()
    return calls


def own_ends(f, host):
    """The addresses as the log of this host has them."""
    a, b = f"{f.ends[0]}:{f.ends[1]}", f"{f.ends[2]}:{f.ends[3]}"
    return (a, b) if f.host == host else (b, a)


def may_be(state, host, time, f, calls):
    """Whether the kernel's words before and after allow this state; True or False, and what they were."""
    words = [(t, s) for t, _, _, _, s, ends in calls[host] if s and ends == own_ends(f, host)]
    before = [s for t, s in words if t < time][-1:] or ["CLOSED"]
    after = [s for t, s in words if t > time][:1]
    if after == ["SYN_SENT"] and before[0] not in ("CLOSED", "SYN_SENT"):
        after = []  # of the next connection
    asked = "END" if state == "CLOSED" and before != ["CLOSED"] else state
    fits = state in before or reaches(before[0], asked) or before == ["CLOSED"]
    for word in after:  # in TIME_WAIT the kernel answers CLOSED, too
        fits = fits and (word == state or (word == "CLOSED" and state != "CLOSED") or reaches(asked, word))
    return fits, before + after


def samples_of(folder):
    """host -> (when the kernel was asked, its state, the addresses), where tests/witness.c has sampled it."""
    samples = collections.defaultdict(list)
    for path in glob.glob(f"{folder}/*.states"):
        ends = {}
        for line in open(path):
            words = line.split()
            if words[0] == "connection":
                ends[words[1]] = tuple(w.replace("[", "").replace("]", "") for w in words[2:])
            else:
                samples[os.path.basename(path).split(".")[0]].append((int(words[0]) / 1e9, words[3], ends[words[2]]))
    return samples


def sampled(host, time, f, frames, calls, samples):
    """What the kernel answered after this moment, and before anything else happened on the host; or None."""
    later = [g.time for g in frames[host] if g.time > time] + [c[0] for c in calls[host] if c[0] > time]
    found = [s for t, s, ends in samples[host] if ends == own_ends(f, host) and time + SETTLED < t < min(later, default=t + 1)]
    return found[0] if found else None


def line_of(text):
    """'> PSH ACK   seq 1 ack 1 len 6' -> host, flags, seq, ack, len"""
    words = dict(re.findall(r"(seq|ack|len) +(\d+)", text))
    flags = re.match(r"[<>] ([A-Z ]+)", text)[1].strip()
    return ("client" if text[0] == ">" else "server", flags, int(words.get("seq", 0)),
            int(words["ack"]) if "ack" in words else None, int(words.get("len", 0)))


def as_line(f):
    return (f.host, f.flags, f.seq, f.ack, f.len)


def possible_orders(block, before):
    """In how many orders these can have been sent, each going on from its own host's last."""
    count = 0
    for order in itertools.permutations(block):
        sent = {"client": 0, "server": 0}
        acked = {"client": 0, "server": 0}
        for f in before:
            sent[f.host] = max(sent[f.host], end_of(f))
            acked[f.host] = max(acked[f.host], f.ack or 0)
        for f in order:
            peer = "client" if f.host == "server" else "server"
            if f.seq != sent[f.host] or (f.ack or 0) > sent[peer] or (f.ack or 0) < acked[f.host]:
                break
            sent[f.host], acked[f.host] = end_of(f), f.ack or 0
        else:
            count += 1
    return count


def end_of(f):
    return f.seq + f.len + ("SYN" in f.flags) + ("FIN" in f.flags)


def received_at(f, frames, made):
    """When the other host's capture has this frame."""
    other = "client" if f.host == "server" else "server"
    alike = [g.time for g in frames[other] if g.raw == f.raw and g.ends == f.ends]
    place = [g for g in made if g.raw == f.raw and g.ends == f.ends].index(f)
    return alike[min(place, len(alike) - 1)]


def check(prompt, listed, key, frames, made, calls, samples):
    """(kind, None) if the key is right, (kind, what is right) if not."""
    n = re.search(r"segment (\d+)", prompt)
    f = made[int(n[1]) - 1] if n else None
    if prompt.startswith("In which order"):
        block = [line_of(listed[label]) for label in key.split()]
        for at in range(len(made)):
            near = [g for g in made[at:] if g.ends in (made[at].ends, made[at].ends[2:] + made[at].ends[:2])][:len(block)]
            if [as_line(g) for g in near] == block:
                before = [g for g in made[:at] if g.ends in (near[0].ends, near[0].ends[2:] + near[0].ends[:2])
                          and made.index(g) >= max([i for i, h in enumerate(made[:at]) if h.flags == "SYN" and h.ends[1::2] in
                                                    (near[0].ends[1::2], near[0].ends[1::2][::-1])], default=0)]
                if near[0].flags == "SYN":
                    before = []
                count = possible_orders(near, before)
                return "order", None if count == 1 else f"{count} orders are possible"
        return "order", "tshark does not have it so"
    if prompt.startswith("Who sends"):
        return "who", None if key == f.host else f.host
    if prompt.startswith("Which flags"):
        return "flags", None if key == f.flags else f.flags
    if m := re.match(r"What is the (\w+) of", prompt):
        value = getattr(f, m[1])
        return m[1], None if int(key) == value else value
    if prompt.startswith("Which segment comes next"):
        return "next", None if line_of(key) == as_line(f) else as_line(f)
    if prompt.startswith("Which call"):
        ends = own_ends(f, f.host)
        last = [c for c in calls[f.host] if c[0] <= f.time and c[1] in SENDERS and (f.flags == "UDP" or c[5] == ends)
                and (c[3] == "..." or c[1] == "close") and not (c[1] == "close" and c[4]) and "SHUT_RD" not in c[2].split()[-1]]
        name = last[-1][1] if last else None
        return "call", None if key == name else name
    m = re.match(r"In which state is the (\w+) once (it has sent )?", prompt)
    time = f.time if m[2] else received_at(f, frames, made)
    if answer := sampled(m[1], time, f, frames, calls, samples):
        return "state as sampled", None if answer == key else answer
    fits, words = may_be(key, m[1], time, f, calls)
    others = [s for s in STATES if s != key and may_be(s, m[1], time, f, calls)[0]]
    return "state" if others else "state that no other could be", None if fits else " > ".join(words)


def read_worksheet(text):
    """(prompt, what is listed under it, key) of each question."""
    paper, key = text.split("\f")
    prompts, listed = {}, collections.defaultdict(dict)
    for line in paper.splitlines():
        if m := re.match(r" {5}\((\d+)\) (.*)", line):
            number = m[1]
            prompts[number] = m[2]
        elif m := re.match(r" {5}\[(\d+)\]  (.*?)(?: ______)?$", line):
            listed[number][m[1]] = m[2]
    return [(prompts[n], listed[n], answer) for n, answer in re.findall(r"(?m)^\((\d+)\) (.*?): ", key)]


def main():
    runs, worksheets = sys.argv[1:]
    names = sorted(os.listdir(worksheets))
    frames = frames_of(runs, sorted({name.split(".")[0] for name in names}))
    counts, wrong = collections.Counter(), 0
    for name in names:
        demo = name.split(".")[0]
        made, calls, samples = relative(frames[demo]), logs_of(f"{runs}/{demo}"), samples_of(f"{runs}/{demo}")
        for prompt, listed, key in read_worksheet(open(f"{worksheets}/{name}").read()):
            kind, right = check(prompt, listed, key, frames[demo], made, calls, samples)
            counts[kind] += 1
            if right is not None:
                print(f"{name}: {prompt} key: {key}; witness: {right}")
                wrong += 1
    print(", ".join(f"{n} {kind}" for kind, n in sorted(counts.items())))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
